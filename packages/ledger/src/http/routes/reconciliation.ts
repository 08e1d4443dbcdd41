/** Reconciliation: uploading external rows, starting a run, asking how it went, cancelling it (contract section 15.1). */

import { setImmediate as nextTurn } from "node:timers/promises";
import type { LedgerContext } from "../../context.ts";
import { newId } from "../../ids.ts";
import {
  timestampToWire,
  toClockText,
  toTimestampText,
  tryParseInstant,
  zeroInstant,
} from "../../rules/times.ts";
import { csvUpload, type RowSteps, type UploadedRow, uploadKind } from "../../rules/uploads.ts";
import { isRefusedByDatabase, type SqlDatabase } from "../../store/database.ts";
import {
  externalRowsAtOnce,
  insertExternalTransactions,
  type NewExternalTransaction,
} from "../../store/external-transactions.ts";
import {
  cancelReconciliation,
  findReconciliation,
  insertReconciliation,
  type ReconciliationRow,
} from "../../store/reconciliations.ts";
import { addWork } from "../../store/work.ts";
import {
  type CancelledRunPayload,
  cancelledRunKind,
  type ReconciliationWork,
  reconcileKind,
} from "../../store/work-payloads.ts";
import { createTurns } from "../../turns.ts";
import { orFailure } from "../database-details.ts";
import { CoreFailure } from "../errors.ts";
import { type Answer, bodyLength, decodeOr400, json, type Route, type RouteRequest } from "../router.ts";
import { type Decoded, decodeItems, flag, float, list, structure, text, time } from "../shapes.ts";
import { addressFault } from "../upload-address.ts";
import { textOf, type UploadedFile, uploadRequest } from "../uploads.ts";

/** A form around a file of this size is a little larger, and still looked at. */
const maximumUploadBytes = 256 * 1024 * 1024;
const formBytes = 1024 * 1024;
const maximumInstantRows = 10_000;

const externalTransaction = structure("ExternalTransaction", {
  id: text,
  amount: float,
  reference: text,
  currency: text,
  description: text,
  date: time,
  source: text,
});

type ExternalTransaction = Decoded<typeof externalTransaction>;

function storable(row: ExternalTransaction): NewExternalTransaction {
  return { ...row, date: toClockText(row.date ?? zeroInstant) };
}

function notProcessed(): CoreFailure {
  return new CoreFailure("RECON_UPLOAD_PROCESSING_FAILED", "Failed to process upload");
}

/** Of a file whose name says nothing so much is looked at. */
const tellingCharacters = 512;

/** The rows of a file, read as they are asked for. */
function rowsOf(file: UploadedFile): RowSteps<ExternalTransaction> {
  const kind = uploadKind(file.name, beginningOf(file));
  if (kind === "json") return decodeItems(textOf(file), externalTransaction);
  const rows = kind === "csv" ? csvUpload(textOf(file)) : undefined;
  if (rows === undefined) throw notProcessed();
  return dated(rows);
}

function beginningOf(file: UploadedFile): string {
  let beginning = "";
  for (const some of textOf(file)) {
    beginning += some;
    if (beginning.length >= tellingCharacters) break;
  }
  return beginning;
}

/** Rows of CSV have their dates as written. */
function* dated(rows: RowSteps<UploadedRow>): RowSteps<ExternalTransaction> {
  for (;;) {
    const { done, value } = rows.next();
    if (done === true) return value;
    yield value && { ...value, date: tryParseInstant(value.date) ?? null, source: "" };
  }
}

/** Rows of a file have the source that was named with it. */
function* sourced(rows: RowSteps<ExternalTransaction>, source: string): RowSteps<ExternalTransaction> {
  for (;;) {
    const { done, value } = rows.next();
    if (done === true) return value;
    yield value && { ...value, source };
  }
}

/** Rows that are all there. */
function* listed(rows: readonly ExternalTransaction[]): RowSteps<ExternalTransaction> {
  yield* rows;
  return false;
}

/** Stores rows as they are read: neither the text of a file nor all of its rows are ever in memory. */
async function storeRows(
  database: SqlDatabase,
  uploadId: string,
  rows: RowSteps<ExternalTransaction>,
): Promise<{ readonly stored: number; readonly broken: boolean }> {
  for (let stored = 0; ; ) {
    const { some, broken } = await nextRows(rows);
    await insertExternalTransactions(database, uploadId, some.map(storable));
    stored += some.length;
    if (broken !== undefined) return { stored, broken };
    // The embedded engine answers before others had their turn.
    await nextTurn();
  }
}

/** The next rows, read in turns; with the last ones it is told whether there was something that is none. */
async function nextRows(rows: RowSteps<ExternalTransaction>) {
  const some: ExternalTransaction[] = [];
  const turn = createTurns();
  while (some.length < externalRowsAtOnce) {
    const { done, value } = rows.next();
    if (done === true) return { some, broken: value };
    if (value !== undefined) some.push(value);
    const others = turn();
    if (others !== false) await others;
  }
  return { some, broken: undefined };
}

function refuseAddress(url: string): never {
  switch (addressFault(url)) {
    case "invalid":
      throw new CoreFailure("RECON_UPLOAD_URL_INVALID", "invalid upload URL");
    case "scheme":
      throw new CoreFailure("RECON_UPLOAD_URL_INVALID", "upload URL must use http or https");
    default:
      throw new CoreFailure("RECON_UPLOAD_HOST_NOT_ALLOWED", "upload host not allowed");
  }
}

async function upload(request: RouteRequest, context: LedgerContext): Promise<Answer> {
  if (bodyLength(request.body) > maximumUploadBytes) {
    throw new CoreFailure("GEN_PAYLOAD_TOO_LARGE", "upload exceeds the maximum allowed size");
  }
  const { file, source, url } = await uploadRequest(request);
  if (file === undefined && url !== "") return refuseAddress(url);
  if (file === undefined) throw new CoreFailure("RECON_UPLOAD_FAILED", "File upload failed");
  const rows = sourced(rowsOf(file), source);
  const uploadId = newId("upload");
  const { stored, broken } = await storeRows(context.database, uploadId, rows).catch((error: unknown) => {
    throw isRefusedByDatabase(error) ? notProcessed() : error;
  });
  if (broken) throw notProcessed();
  return json(200, { record_count: stored, source, upload_id: uploadId });
}

const startBody = structure(
  "",
  { upload_id: text, strategy: text, grouping_criteria: text, dry_run: flag, matching_rule_ids: list(text) },
  'struct { UploadID string "json:\\"upload_id\\" binding:\\"required\\""; Strategy string "json:\\"strategy\\" binding:\\"required\\""; GroupingCriteria string "json:\\"grouping_criteria\\""; DryRun bool "json:\\"dry_run\\""; MatchingRuleIDs []string "json:\\"matching_rule_ids\\" binding:\\"required\\"" }',
);

const instantBody = structure(
  "",
  {
    external_transactions: list(externalTransaction),
    strategy: text,
    grouping_criteria: text,
    dry_run: flag,
    matching_rule_ids: list(text),
  },
  'struct { ExternalTransactions []model.ExternalTransaction "json:\\"external_transactions\\" binding:\\"required\\""; Strategy string "json:\\"strategy\\" binding:\\"required\\""; GroupingCriteria string "json:\\"grouping_criteria\\""; DryRun bool "json:\\"dry_run\\""; MatchingRuleIDs []string "json:\\"matching_rule_ids\\" binding:\\"required\\"" }',
);

/** One refusal for all required fields that are missing, in the order given. */
function requireAll(present: Readonly<Record<string, boolean>>): void {
  const missing = Object.entries(present)
    .filter(([, there]) => !there)
    .map(([name]) => `Key: '${name}' Error:Field validation for '${name}' failed on the 'required' tag`);
  if (missing.length > 0) throw new CoreFailure("GEN_MALFORMED_REQUEST", missing.join("\n"));
}

function requireRules(ruleIds: readonly string[]): void {
  if (ruleIds.length > 0) return;
  throw new CoreFailure("RECON_MATCHING_RULES_REQUIRED", "matching_rule_ids is required");
}

/** Stores the run and the work it means together, so that none can be without the other. */
async function begin(context: LedgerContext, work: ReconciliationWork): Promise<void> {
  const now = toTimestampText(context.now());
  await context.database.transaction(async (transaction) => {
    await insertReconciliation(transaction, {
      reconciliation_id: work.reconciliationId,
      upload_id: work.uploadId,
      status: "started",
      started_at: now,
    });
    await addWork(transaction, [{ kind: reconcileKind, dueAt: now, payload: work }]);
  });
  context.work.wake();
}

async function start(request: RouteRequest, context: LedgerContext): Promise<Answer> {
  const body = await decodeOr400(request, startBody);
  requireAll({
    UploadID: body.upload_id !== "",
    Strategy: body.strategy !== "",
    MatchingRuleIDs: body.matching_rule_ids !== null,
  });
  requireRules(body.matching_rule_ids ?? []);
  const work = workOf(body, body.upload_id);
  await orFailure("Failed to record reconciliation", begin(context, work));
  return json(200, { reconciliation_id: work.reconciliationId });
}

function workOf(
  body: Pick<Decoded<typeof startBody>, "strategy" | "grouping_criteria" | "dry_run" | "matching_rule_ids">,
  uploadId: string,
): ReconciliationWork {
  return {
    reconciliationId: newId("recon"),
    uploadId,
    strategy: body.strategy,
    groupingCriteria: body.grouping_criteria,
    ruleIds: body.matching_rule_ids ?? [],
    dryRun: body.dry_run,
  };
}

async function startInstant(request: RouteRequest, context: LedgerContext): Promise<Answer> {
  const body = await decodeOr400(request, instantBody);
  requireAll({
    ExternalTransactions: body.external_transactions !== null,
    Strategy: body.strategy !== "",
    MatchingRuleIDs: body.matching_rule_ids !== null,
  });
  const rows = body.external_transactions ?? [];
  if (rows.length === 0) {
    throw new CoreFailure("RECON_EXTERNAL_TXNS_REQUIRED", "external_transactions is required");
  }
  if (rows.length > maximumInstantRows) {
    throw new CoreFailure("GEN_VALIDATION_ERROR", "too many external_transactions; max is 10000");
  }
  requireRules(body.matching_rule_ids ?? []);
  const work = workOf(body, newId("instant"));
  await storeInstantRows(context, work, rows);
  await begin(context, work);
  return json(200, { reconciliation_id: work.reconciliationId });
}

/** A row that can't be stored ends the run before it began; it is kept as failed, though nobody is told its id. */
async function storeInstantRows(
  context: LedgerContext,
  work: ReconciliationWork,
  rows: readonly ExternalTransaction[],
): Promise<void> {
  try {
    await storeRows(context.database, work.uploadId, listed(rows));
  } catch (error) {
    if (!isRefusedByDatabase(error)) throw error;
    await insertReconciliation(context.database, {
      reconciliation_id: work.reconciliationId,
      upload_id: work.uploadId,
      status: "failed",
      started_at: toTimestampText(context.now()),
    });
    throw new CoreFailure("RECON_START_FAILED", "Failed to start instant reconciliation");
  }
}

async function read(request: RouteRequest, context: LedgerContext): Promise<Answer> {
  return answerOf(await findOr404(request, context));
}

async function findOr404(request: RouteRequest, context: LedgerContext): Promise<ReconciliationRow> {
  const found = findReconciliation(context.database, request.parameters["id"] ?? "");
  const run = await orFailure("Failed to retrieve reconciliation", found);
  if (run === undefined) throw new CoreFailure("RECON_NOT_FOUND", "Reconciliation not found");
  return run;
}

function answerOf(run: ReconciliationRow): Answer {
  return json(200, {
    reconciliation_id: run.reconciliation_id,
    upload_id: run.upload_id,
    status: run.status,
    matched_transactions: run.matched_transactions,
    unmatched_transactions: run.unmatched_transactions,
    is_dry_run: false,
    started_at: timestampToWire(run.started_at),
    completed_at: run.completed_at === null ? null : timestampToWire(run.completed_at),
  });
}

/** No route of Core's, where a run can't be stopped. What the run has marked by then is taken back behind the answer. */
async function cancel(request: RouteRequest, context: LedgerContext): Promise<Answer> {
  const { reconciliation_id: reconciliationId } = await findOr404(request, context);
  const now = toTimestampText(context.now());
  const cancelled = context.database.transaction(async (transaction) => {
    const run = await cancelReconciliation(transaction, reconciliationId, now);
    const payload: CancelledRunPayload = { reconciliationId };
    if (run !== undefined) await addWork(transaction, [{ kind: cancelledRunKind, dueAt: now, payload }]);
    return run;
  });
  const run = await orFailure("Failed to cancel reconciliation", cancelled);
  if (run === undefined) throw new CoreFailure("GEN_CONFLICT", "The reconciliation has ended already");
  context.work.wake();
  return answerOf(run);
}

export const reconciliationRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/reconciliation/upload",
    handle: upload,
    mostBytes: maximumUploadBytes + formBytes,
  },
  { method: "POST", path: "/reconciliation/start", handle: start },
  { method: "POST", path: "/reconciliation/start-instant", handle: startInstant },
  { method: "GET", path: "/reconciliation/:id", handle: read },
  { method: "POST", path: "/annex/reconciliations/:id/cancel", handle: cancel },
];
