/** Committing and voiding many holds at once (contract section 10.7): each id by itself, in request order. */
import type { LedgerContext } from "../../context.ts";
import {
  type AskedAmount,
  allThatRemains,
  type HoldAction,
  holdOrder,
  wantedOf,
} from "../../posting/hold-actions.ts";
import { isHoldOrWaiting } from "../../rules/holds.ts";
import { placedHold } from "../../store/holds.ts";
import { findTransaction } from "../../store/transactions.ts";
import { previewHoldAction } from "../dry-actions.ts";
import { type CoreCode, CoreFailure } from "../errors.ts";
import { failureOf, refusalFailure } from "../refusals.ts";
import { type Answer, decodeOr400, type Handler, json, type Route } from "../router.ts";
import { bigInteger, flag, float, list, structure, text } from "../shapes.ts";
import type { Wire } from "../wire.ts";
import { alreadyQueued, checkTarget, queueHoldAction } from "./inflight.ts";

const commitBody = structure("BulkInflightCommitRequest", {
  transactions: list(
    structure("BulkInflightCommitItem", { transaction_id: text, amount: float, precise_amount: bigInteger }),
  ),
  skip_queue: flag,
  dry_run: flag,
});

const voidBody = structure("BulkInflightVoidRequest", {
  transaction_ids: list(text),
  skip_queue: flag,
  dry_run: flag,
});

const mostItems = 100;

/** One id and what is to be done with it. */
interface Item {
  readonly id: string;
  readonly kind: HoldAction["kind"];
  readonly asked: AskedAmount;
}

function checkCount(count: number, field: string): void {
  if (count === 0) throw new CoreFailure("TXN_BULK_EMPTY", `${field} cannot be empty`);
  if (count > mostItems) {
    throw new CoreFailure("TXN_BULK_LIMIT_EXCEEDED", `too many ${field}; max is ${mostItems}`);
  }
}

const bulkCommit: Handler = async (request, context) => {
  const body = await decodeOr400(request, commitBody, { sniffed: true });
  const sent = body.transactions ?? [];
  checkCount(sent.length, "transactions");
  const items = sent.map((item): Item => ({ id: item.transaction_id, kind: "commit", asked: item }));
  return actOnAll(context, items, body);
};

const bulkVoid: Handler = async (request, context) => {
  const body = await decodeOr400(request, voidBody, { sniffed: true });
  const sent = body.transaction_ids ?? [];
  checkCount(sent.length, "transaction_ids");
  return actOnAll(
    context,
    sent.map((id): Item => ({ id, kind: "void", asked: allThatRemains })),
    body,
  );
};

async function actOnAll(
  context: LedgerContext,
  items: readonly Item[],
  how: { readonly skip_queue: boolean; readonly dry_run: boolean },
): Promise<Answer> {
  if (how.dry_run) return previewAll(context, items);
  const results: Wire[] = [];
  for (const [index, item] of items.entries()) {
    const isLocked = how.skip_queue && isAtWork(items, index);
    results.push(isLocked ? failed(item.id, locked(item)) : await resultOf(context, item, how.skip_queue));
  }
  const failures = results.filter(({ status }) => status === "failed").length;
  return json(200, { failed: failures, results, succeeded: results.length - failures });
}

/** How many items Core works at side by side. */
const itemsAtOnce = 8;

/** True when an item shortly before acts on the same id: Core has begun both, and the first holds the lock. */
function isAtWork(items: readonly Item[], index: number): boolean {
  const begun = items.slice(Math.max(0, index - itemsAtOnce + 1), index);
  return begun.some(({ id }) => id === items[index]?.id);
}

function locked({ id, kind }: Item): CoreFailure {
  return new CoreFailure(
    "GEN_RESOURCE_LOCKED",
    `failed to acquire lock for inflight ${kind}: lock for key inflight-commit:${id} is already held`,
  );
}

async function resultOf(context: LedgerContext, item: Item, now: boolean): Promise<Wire> {
  const { id } = item;
  try {
    const action = await actionOf(context, item);
    return now ? await actNow(context, id, action) : await actLater(context, id, action);
  } catch (error) {
    // Whatever befalls one item, the others are done and reported: some of them may have been carried out already.
    return failed(id, failureOf(error, context.onFault));
  }
}

async function actionOf(context: LedgerContext, { id, kind, asked }: Item): Promise<HoldAction> {
  return { kind, wanted: await wantedOf(context, id, asked) };
}

async function actNow(context: LedgerContext, id: string, action: HoldAction): Promise<Wire> {
  const row = await findTransaction(context.database, id);
  if (row !== undefined && !isHoldOrWaiting(row))
    throw refusalFailure({ code: "not_inflight" }, "GEN_BAD_REQUEST");
  // A queued row stands for the hold it has become, and for itself while it waits.
  const placed = row?.status === "QUEUED" ? await placedHold(context.database, id) : undefined;
  const holdId = placed ?? id;
  const { outcomes } = await context.posting.post(await holdOrder(context, [holdId], action));
  context.work.wake();
  const [outcome] = outcomes;
  if (outcome?.kind !== "refused") return { transaction_id: id, status: "succeeded" };
  throw refusalFailure(outcome.refusal, "GEN_BAD_REQUEST");
}

async function actLater(context: LedgerContext, id: string, action: HoldAction): Promise<Wire> {
  await checkTarget(context, id, action);
  if (await queueHoldAction(context, id, action))
    return { transaction_id: id, status: "queued", code: "QUEUED" };
  return { transaction_id: id, status: "queued", code: "ALREADY_QUEUED", message: alreadyQueued };
}

const itemCodes: Partial<Record<CoreCode, string>> = {
  TXN_NOT_FOUND: "NOT_FOUND",
  GEN_NOT_FOUND: "NOT_FOUND",
  TXN_ALREADY_COMMITTED: "ALREADY_COMMITTED",
  TXN_ALREADY_VOIDED: "ALREADY_VOIDED",
  TXN_NOT_INFLIGHT: "NOT_INFLIGHT",
  TXN_COMMIT_AMOUNT_EXCEEDED: "INVALID_AMOUNT",
  GEN_RESOURCE_LOCKED: "LOCKED",
};

/** A row that was not found prints with its generic code, a fault with its reference. */
function failed(id: string, { code, message, options }: CoreFailure): Wire {
  const itemCode = itemCodes[code] ?? "INTERNAL_ERROR";
  const { details = {} } = options;
  const told = "reference" in details ? `${message} (${details.reference})` : message;
  const shown = itemCode === "NOT_FOUND" ? `NOT_FOUND: ${message}` : told;
  return { transaction_id: id, status: "failed", code: itemCode, message: shown };
}

async function previewAll(context: LedgerContext, items: readonly Item[]): Promise<Answer> {
  const results: Wire[] = [];
  for (const item of items) results.push(await previewOf(context, item));
  const wouldApply = results.every((result) => result["would_apply"] === true);
  const notes = previewNotes(items.map(({ id }) => id));
  return json(200, {
    dry_run: true,
    would_apply: wouldApply,
    cumulative: false,
    atomic: false,
    results,
    notes,
  });
}

/** An unknown id is the item's refusal, in a preview that shows nothing else. */
async function previewOf(context: LedgerContext, item: Item): Promise<Wire> {
  const { id, kind } = item;
  try {
    return await previewHoldAction(context, id, await actionOf(context, item));
  } catch (error) {
    if (!(error instanceof CoreFailure)) throw error;
    const { message } = failed(id, error);
    return {
      dry_run: true,
      would_apply: false,
      rejection: { code: "GEN_NOT_FOUND", reason: "", message },
      operation: kind,
      currency: "",
      amount: 0,
      precise_amount: "",
      precision: 0,
      balances: null,
    };
  }
}

function previewNotes(ids: readonly string[]): readonly string[] {
  const repeated = ids.filter((id, index) => ids.indexOf(id) !== index);
  return [
    "each item is projected alone",
    ...(repeated.length === 0
      ? []
      : [`named more than once, of which one can be settled: ${[...new Set(repeated)].join(", ")}`]),
  ];
}

export const bulkInflightRoutes: readonly Route[] = [
  { method: "POST", path: "/transactions/inflight/bulk/commit", handle: bulkCommit },
  { method: "POST", path: "/transactions/inflight/bulk/void", handle: bulkVoid },
];
