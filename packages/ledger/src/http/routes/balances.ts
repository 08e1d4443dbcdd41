/** Creating, reading and linking balances (contract section 6). Lists and filters are in `lists.ts`. */
import { newId } from "../../ids.ts";
import { trimmed, upperCased } from "../../rules/texts.ts";
import {
  formatInstant,
  type Instant,
  isZeroInstant,
  toClockText,
  toTimestampText,
  tryParseInstant,
  wholeSeconds,
  zeroInstant,
} from "../../rules/times.ts";
import { appliedTotals, queuedAmounts, type Totals } from "../../store/balance-history.ts";
import {
  type BalanceRow,
  findBalanceByIndicator,
  insertBalance,
  linkIdentity,
  type NewBalance,
} from "../../store/balances.ts";
import { isForeignKeyViolation, isUniqueViolation, type SqlDatabase } from "../../store/database.ts";
import { findIdentity } from "../../store/identities.ts";
import { findLedger, generalLedgerId } from "../../store/ledgers.ts";
import { findSnapshot, takeSnapshots } from "../../store/snapshots.ts";
import { databaseDetails, orFailure, orInternal } from "../database-details.ts";
import { CoreFailure, codeOfText } from "../errors.ts";
import { decodeOr400, type Handler, json, type Route } from "../router.ts";
import { type Decoded, flag, float, metadata, structure, text, wholeNumber } from "../shapes.ts";
import { cannotBeBlank, type FieldProblems, refuseProblems, requiredText } from "../validation.ts";
import { balanceToWire, identityToWire, ledgerToWire, type Wire } from "../wire.ts";

const createBalanceBody = structure("CreateBalance", {
  ledger_id: text,
  identity_id: text,
  currency: text,
  precision: float,
  indicator: text,
  track_fund_lineage: flag,
  allocation_strategy: text,
  meta_data: metadata,
});

type CreateBalanceBody = Decoded<typeof createBalanceBody>;

const strategies = ["FIFO", "LIFO", "PROPORTIONAL"];

function balanceProblems(body: CreateBalanceBody, indicator: string, strategy: string): FieldProblems {
  return {
    ledger_id: cannotBeBlank(body.ledger_id),
    currency: cannotBeBlank(body.currency),
    identity_id:
      body.track_fund_lineage && body.identity_id === ""
        ? "identity_id is required when track_fund_lineage is enabled"
        : undefined,
    allocation_strategy: strategies.includes(strategy)
      ? undefined
      : "allocation_strategy must be one of: FIFO, LIFO, PROPORTIONAL",
    indicator: indicatorProblem(body.ledger_id, indicator),
  };
}

function indicatorProblem(ledgerId: string, indicator: string): string | undefined {
  if (indicator === "") return undefined;
  if (ledgerId !== generalLedgerId) {
    return "indicator is only allowed for General Ledger balances (ledger_id = general_ledger_id)";
  }
  // Only these count as white space here; others may be part of an indicator.
  if (/^@[^\t\n\f\r ]+$/.test(indicator)) return undefined;
  return "indicator must start with '@' and contain no whitespace (e.g. '@cash')";
}

const createBalance: Handler = async (request, context) => {
  const body = await decodeOr400(request, createBalanceBody);
  const indicator = trimmed(body.indicator);
  const strategy = upperCased(trimmed(body.allocation_strategy)) || "FIFO";
  refuseProblems("GEN_VALIDATION_ERROR", balanceProblems(body, indicator, strategy));
  const createdAt = context.now();
  const balance: NewBalance = {
    balanceId: newId("bln"),
    indicator: indicator === "" ? null : indicator,
    currency: body.currency,
    ledgerId: body.ledger_id,
    identityId: body.identity_id === "" ? null : body.identity_id,
    createdAt: toTimestampText(createdAt),
    metadata: body.meta_data,
    trackFundLineage: body.track_fund_lineage,
    allocationStrategy: strategy,
  };
  await insertOrRefuse(context.changes, balance);
  const wire = balanceToWire(untouchedRow(balance));
  return json(201, { ...wire, created_at: formatInstant(createdAt) });
};

async function insertOrRefuse(database: SqlDatabase, balance: NewBalance): Promise<void> {
  try {
    await orFailure("Database error occurred", insertBalance(database, balance));
  } catch (error) {
    if (isForeignKeyViolation(error)) {
      throw new CoreFailure("GEN_BAD_REQUEST", "Invalid ledger ID", { details: databaseDetails(error) });
    }
    if (!isUniqueViolation(error)) throw error;
    const taken = `Balance already exists for indicator '${balance.indicator ?? ""}' and '${balance.currency}'`;
    throw new CoreFailure("GEN_CONFLICT", taken, { details: databaseDetails(error) });
  }
}

/** The row as the create answer shows it: version 0, all amounts zero. */
function untouchedRow(balance: NewBalance): BalanceRow {
  return {
    balance_id: balance.balanceId,
    indicator: balance.indicator,
    balance: "0",
    credit_balance: "0",
    debit_balance: "0",
    inflight_balance: "0",
    inflight_credit_balance: "0",
    inflight_debit_balance: "0",
    currency: balance.currency,
    ledger_id: balance.ledgerId,
    identity_id: balance.identityId,
    created_at: balance.createdAt,
    meta_data: balance.metadata,
    version: 0,
    track_fund_lineage: balance.trackFundLineage,
    allocation_strategy: balance.allocationStrategy,
  };
}

function balanceNotFound(id: string): CoreFailure {
  return new CoreFailure("BAL_NOT_FOUND", `Balance with ID '${id}' not found`, { details: {} });
}

const readBalance: Handler = async (request, context) => {
  const id = request.parameters["id"] ?? "";
  const row = await orFailure("Failed to scan balance data", context.findBalance(id));
  if (row === undefined) throw balanceNotFound(id);
  const include = request.query.getAll("include");
  const queued =
    request.query.get("with_queued") === "true" ? await queuedAmounts(context.database, id) : undefined;
  return json(
    200,
    balanceToWire(row, {
      ...(queued === undefined ? {} : { queued }),
      ...(include.includes("identity") ? { identity: await includedIdentity(context.database, row) } : {}),
      ...(include.includes("ledger") ? { ledger: await includedLedger(context.database, row) } : {}),
    }),
  );
};

/** Core fails to scan the joined row when there is no identity (contract section 6.3). */
async function includedIdentity(database: SqlDatabase, row: BalanceRow): Promise<Wire> {
  const identity = row.identity_id === null ? undefined : await findIdentity(database, row.identity_id);
  if (identity === undefined) {
    throw new CoreFailure("GEN_INTERNAL", "Failed to scan balance data", { details: {} });
  }
  return { ...identityToWire(identity), identity_type: "", meta_data: null };
}

async function includedLedger(database: SqlDatabase, row: BalanceRow): Promise<Wire> {
  const ledger = await findLedger(database, row.ledger_id);
  return ledger === undefined ? {} : { ...ledgerToWire(ledger), meta_data: null };
}

const readBalanceByIndicator: Handler = async (request, context) => {
  const { indicator = "", currency = "" } = request.parameters;
  const row = await orInternal(findBalanceByIndicator(context.database, indicator, currency));
  if (row === undefined) {
    const message = `balance with indicator '${indicator}' not found`;
    const code = codeOfText(message, "BAL_NOT_FOUND");
    throw new CoreFailure(code === "GEN_NOT_FOUND" ? "BAL_NOT_FOUND" : code, message);
  }
  return json(200, balanceToWire({ ...row, meta_data: null }));
};

const badTimestamp = "invalid timestamp format. Please use ISO 8601 format (e.g., 2024-01-01T15:04:05Z)";

function timestampOf(query: URLSearchParams, now: () => Instant): Instant {
  const sent = query.get("timestamp");
  if (sent === null || sent === "") return now();
  const instant = tryParseInstant(sent);
  if (instant === undefined) throw new CoreFailure("BAL_INVALID_TIMESTAMP", badTimestamp);
  return instant;
}

const readBalanceAt: Handler = async (request, context) => {
  const id = request.parameters["id"] ?? "";
  const instant = timestampOf(request.query, context.now);
  if (id === "") throw new CoreFailure("GEN_BAD_REQUEST", "Balance ID cannot be empty");
  if (isZeroInstant(instant)) throw new CoreFailure("GEN_BAD_REQUEST", "Target time cannot be zero");
  const fromSource = ["true", "1"].includes(request.query.get("from_source") ?? "");
  const row = await orFailure("Failed to get balance information", context.findBalance(id));
  if (row === undefined) {
    throw new CoreFailure("BAL_NOT_FOUND", `Balance '${id}' not found`, { details: {} });
  }
  const totals = await totalsAt(context.database, id, toClockText(instant), fromSource);
  return json(200, {
    balance: {
      balance: totals.credit - totals.debit,
      balance_id: id,
      credit_balance: totals.credit,
      currency: row.currency,
      debit_balance: totals.debit,
    },
    from_source: fromSource,
    timestamp: formatInstant(wholeSeconds(instant)),
  });
};

/** The rows up to a time: all of them, or those since the last snapshot on top of it (contract section 6.6). */
async function totalsAt(
  database: SqlDatabase,
  id: string,
  clock: string,
  fromSource: boolean,
): Promise<Totals> {
  const snapshot = fromSource
    ? undefined
    : await orFailure("Failed to get balance snapshot", findSnapshot(database, id, clock));
  const since = appliedTotals(database, id, snapshot?.takenAt ?? zeroClock, clock);
  const { credit, debit } = await orFailure("Failed to get transactions", since);
  return { credit: credit + (snapshot?.credit ?? 0n), debit: debit + (snapshot?.debit ?? 0n) };
}

/** Without a snapshot the count starts at the zero time; rows dated there or earlier never count. */
const zeroClock = toClockText(zeroInstant);

/** Core takes them behind its answer; here they are there with it. */
const snapshotBalances: Handler = async (request, context) => {
  const batchSize = wholeNumber(request.query.get("batch_size") ?? "1000");
  if (batchSize === undefined || batchSize <= 0) {
    throw new CoreFailure("GEN_VALIDATION_ERROR", "invalid batch_size value");
  }
  await takeSnapshots(context.database, toTimestampText(context.now()));
  return json(200, { message: "Snapshotting in progress. should be completed shortly" });
};

const linkBody = structure("UpdateBalanceIdentity", { identity_id: text });

const linkBalanceIdentity: Handler = async (request, context) => {
  const id = request.parameters["id"] ?? "";
  const body = await decodeOr400(request, linkBody);
  if (body.identity_id === "") {
    throw new CoreFailure(
      "GEN_MALFORMED_REQUEST",
      requiredText("UpdateBalanceIdentity.IdentityId", "IdentityId"),
    );
  }
  const { identity_id: identityId } = body;
  const identity = await orFailure("Failed to retrieve identity", findIdentity(context.database, identityId));
  if (identity === undefined) {
    throw new CoreFailure("BAL_NOT_FOUND", `Identity with ID '${identityId}' not found`, { details: {} });
  }
  const found = await orFailure("Failed to scan balance data", linkIdentity(context.changes, id, identityId));
  if (!found) throw balanceNotFound(id);
  return json(200, { message: "Balance identity updated successfully" });
};

export const balanceRoutes: readonly Route[] = [
  { method: "POST", path: "/balances", handle: createBalance },
  { method: "GET", path: "/balances/:id", handle: readBalance },
  {
    method: "GET",
    path: "/balances/indicator/:indicator/currency/:currency",
    handle: readBalanceByIndicator,
  },
  { method: "GET", path: "/balances/:id/at", handle: readBalanceAt },
  { method: "PUT", path: "/balances/:id/identity", handle: linkBalanceIdentity },
  { method: "POST", path: "/balances-snapshots", handle: snapshotBalances },
];
