/** Creating and reading transactions (contract sections 7 to 9). Lists and filters are in `lists.ts`. */
import type { LedgerContext } from "../../context.ts";
import { anyRefused, storedRows } from "../../posting/attempt.ts";
import { postSeries, type SeriesFailure } from "../../posting/batch-parts.ts";
import { immediateMovements, queuedMovements } from "../../posting/orders.ts";
import { prepareRequest } from "../../posting/prepare.ts";
import { compensations } from "../../posting/refunds.ts";
import { isMadeInParts, legSeries } from "../../posting/split-parts.ts";
import type { NewMovement, Order, OrderResult } from "../../posting/types.ts";
import type { Prepared, TransactionRequest } from "../../rules/prepared.ts";
import { refusalText } from "../../rules/refusals.ts";
import { SplitError } from "../../rules/splits.ts";
import { transactionProblems } from "../../rules/validation.ts";
import { findTransaction, findTransactionByReference } from "../../store/transactions.ts";
import { orFailure } from "../database-details.ts";
import { dryCreate } from "../dry-runs.ts";
import { CoreFailure } from "../errors.ts";
import { refusalFailure } from "../refusals.ts";
import { type Answer, decodeRequest, type Handler, json, type Route, type RouteRequest } from "../router.ts";
import { BodyError } from "../shapes.ts";
import { createdToWire } from "../transaction-answers.ts";
import { transactionBody } from "../transaction-request.ts";
import { refuseProblems } from "../validation.ts";
import { referenceView, singleView, transactionToWire } from "../wire.ts";

const createTransaction: Handler = async (request, context) => {
  const body = await decodeTransaction(request);
  refuseProblems("TXN_VALIDATION_ERROR", transactionProblems(body));
  const prepared = prepareOrRefuse(body, context);
  if (body.dry_run) return dryCreate(prepared, context);
  return body.skip_queue ? postNow(prepared, context) : postLater(prepared, context);
};

async function decodeTransaction(request: RouteRequest): Promise<TransactionRequest> {
  try {
    return await decodeRequest(request, transactionBody);
  } catch (error) {
    if (error instanceof BodyError) throw new CoreFailure("GEN_MALFORMED_REQUEST", "Invalid input");
    throw error;
  }
}

function prepareOrRefuse(body: TransactionRequest, context: LedgerContext): Prepared {
  try {
    return prepareRequest(body, context.now);
  } catch (error) {
    if (!(error instanceof SplitError)) throw error;
    throw new CoreFailure("TXN_VALIDATION_ERROR", `failed to split transaction: ${error.message}`);
  }
}

/** Posts inside the request (contract section 8.2). */
async function postNow(prepared: Prepared, context: LedgerContext): Promise<Answer> {
  const status = prepared.request.inflight ? "INFLIGHT" : "APPLIED";
  if (isMadeInParts(prepared)) {
    await postLegs(prepared, context);
    return json(201, createdToWire(prepared, status, prepared.request));
  }
  const movements = immediateMovements(prepared, context.imitated);
  const result = await context.posting.post(immediateOrder(prepared, movements, context));
  context.work.wake();
  refuseFailed(prepared, result);
  return json(201, createdToWire(prepared, status, shownSides(prepared, result)));
}

function immediateOrder(
  prepared: Prepared,
  movements: readonly NewMovement[],
  context: LedgerContext,
): Order {
  const order: Order = { movements, onRefusal: "stop" };
  if (prepared.legs === undefined || !prepared.request.atomic) return order;
  return {
    ...order,
    followUps: (outcomes) => (anyRefused(outcomes) ? compensations(storedRows(outcomes), context) : []),
  };
}

function refuseFailed(prepared: Prepared, { outcomes }: OrderResult): void {
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.kind !== "refused") continue;
    if (prepared.legs !== undefined) throw legFailure({ index, refusal: outcome.refusal });
    throw refusalFailure(outcome.refusal, "TXN_VALIDATION_ERROR");
  }
}

/** Posts the legs of a large split, some at a time. */
async function postLegs(prepared: Prepared, context: LedgerContext): Promise<void> {
  const failure = await postSeries(context, legSeries(context, prepared));
  context.work.wake();
  if (failure !== undefined) throw stoppedFailure(failure, prepared);
}

/** Where a large split stopped, and how many legs there are now, if anybody knows; those of an atomic one are undone. */
function stoppedFailure(failure: SeriesFailure, { request }: Prepared): CoreFailure {
  const { code, message, options } = legFailure(failure);
  const { index: leg, reference, notUndone, standing } = failure;
  const ofAtomic = notUndone === undefined ? 0 : standing;
  const made = request.atomic ? ofAtomic : leg;
  const named = reference === undefined ? {} : { reference };
  const known = made === undefined ? {} : { made };
  return new CoreFailure(code, message, { ...options, details: { ...named, leg, ...known } });
}

function legFailure({ index, refusal, notUndone }: SeriesFailure): CoreFailure {
  const prefix = `failed to record split transaction ${index}: `;
  const { code, message, options } = refusalFailure(refusal, "TXN_VALIDATION_ERROR", prefix);
  const left =
    notUndone === undefined ? "" : `. Legs before it are not undone yet: ${refusalText(notUndone)}`;
  return new CoreFailure(code, `${message}${left}`, options);
}

/** Resolved ids for a single transaction, as sent for a split (contract section 8.2). */
function shownSides(prepared: Prepared, { outcomes }: OrderResult) {
  const [first] = outcomes;
  if (prepared.legs !== undefined || first?.kind !== "stored") return prepared.request;
  return { source: first.row.source ?? "", destination: first.row.destination ?? "" };
}

/** Accepts for the queue (contract section 8.3): durable before the answer, processed after it. */
async function postLater(prepared: Prepared, context: LedgerContext): Promise<Answer> {
  const movements = queuedMovements(prepared, context.now, context.imitated);
  await context.posting.post({ movements, onRefusal: "continue" });
  context.work.wake();
  const status = prepared.times.scheduledFor === undefined ? "QUEUED" : "SCHEDULED";
  return json(201, createdToWire(prepared, status, prepared.request));
}

const readTransaction: Handler = async (request, context) => {
  const id = request.parameters["id"] ?? "";
  const row = await orFailure("Failed to retrieve transaction", findTransaction(context.database, id));
  if (row !== undefined) return json(200, transactionToWire(row, singleView));
  throw refusalFailure({ code: "transaction_missing", id }, "TXN_NOT_FOUND");
};

const readTransactionByReference: Handler = async (request, context) => {
  const reference = request.parameters["reference"] ?? "";
  const found = findTransactionByReference(context.database, reference);
  const row = await orFailure("Failed to retrieve transaction", found);
  if (row !== undefined) return json(200, transactionToWire(row, referenceView));
  const message = `Transaction with reference '${reference}' not found`;
  throw new CoreFailure("TXN_NOT_FOUND", message, { details: {} });
};

export const transactionRoutes: readonly Route[] = [
  { method: "POST", path: "/transactions", handle: createTransaction },
  { method: "GET", path: "/transactions/:id", handle: readTransaction },
  { method: "GET", path: "/transactions/reference/:reference", handle: readTransactionByReference },
];
