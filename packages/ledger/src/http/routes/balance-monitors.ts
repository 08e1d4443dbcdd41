/** Balance monitors: creating, reading, changing, deleting (contract section 1, beyond the Proxy's list). */
import { newId } from "../../ids.ts";
import { plainDecimal } from "../../rules/amounts.ts";
import { conditionProblems, preciseConditionValue } from "../../rules/monitors.ts";
import { formatInstant, timestampToWire, toTimestampText } from "../../rules/times.ts";
import {
  allMonitors,
  changeMonitor,
  deleteMonitor,
  findMonitor,
  insertMonitor,
  type MonitorRow,
  monitorsOfBalance,
} from "../../store/balance-monitors.ts";
import { isForeignKeyViolation, isRefusedByDatabase, type SqlDatabase } from "../../store/database.ts";
import { databaseDetails, orFailure } from "../database-details.ts";
import { CoreFailure, type FailureOptions } from "../errors.ts";
import { decodeOr400, type Handler, json, type Route } from "../router.ts";
import { bigInteger, float, metadata, structure, text, time } from "../shapes.ts";
import { cannotBeBlank, problemsText, refuseProblems } from "../validation.ts";
import type { Wire } from "../wire.ts";

const createBody = structure("CreateBalanceMonitor", {
  balance_id: text,
  condition: structure("MonitorCondition", { precision: float, field: text, operator: text, value: float }),
  call_back_url: text,
  meta_data: metadata,
});

const changeBody = structure("BalanceMonitor", {
  monitor_id: text,
  balance_id: text,
  description: text,
  created_at: time,
  condition: structure("AlertCondition", {
    value: float,
    precision: float,
    precise_value: bigInteger,
    field: text,
    operator: text,
  }),
});

const createMonitor: Handler = async (request, context) => {
  const { balance_id, condition, call_back_url } = await decodeOr400(request, createBody);
  refuseProblems("GEN_VALIDATION_ERROR", {
    balance_id: cannotBeBlank(balance_id),
    condition: nested(problemsText(conditionProblems(condition))),
  });
  const createdAt = context.now();
  const row = {
    ...condition,
    monitor_id: newId("mon"),
    balance_id,
    value: plainDecimal(condition.value),
    precise_value: preciseConditionValue(condition).toString(),
    description: "",
    call_back_url,
    created_at: toTimestampText(createdAt),
  };
  await insertOrRefuse(context.changes, row);
  return json(201, monitorToWire(row, formatInstant(createdAt)));
};

function nested(problems: string | undefined): string | undefined {
  return problems === undefined ? undefined : `(${problems})`;
}

/** What the table's own checks refuse is answered with the database's words, as in Core. */
async function insertOrRefuse(database: SqlDatabase, row: MonitorRow): Promise<void> {
  const isOther = (error: unknown) => isRefusedByDatabase(error) && !isForeignKeyViolation(error);
  try {
    await orFailure("Database error occurred", insertMonitor(database, row), isOther);
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error;
    throw new CoreFailure("GEN_BAD_REQUEST", "Invalid balance ID", { details: databaseDetails(error) });
  }
}

const readMonitor: Handler = async (request, context) => {
  const id = request.parameters["id"] ?? "";
  const row = await findMonitor(context.database, id);
  if (row === undefined) throw notFound(id, { details: {} });
  return json(200, monitorToWire(row, timestampToWire(row.created_at)));
};

function notFound(id: string, options: FailureOptions): CoreFailure {
  return new CoreFailure("BAL_MONITOR_NOT_FOUND", `Monitor with ID '${id}' not found`, options);
}

const listMonitors: Handler = async (_request, context) => {
  const rows = await allMonitors(context.database);
  return json(200, listToWire(rows.map(withoutPrecision)));
};

/** Core leaves both out of the list of all [defect]. */
function withoutPrecision(row: MonitorRow): ShownMonitor {
  return { ...row, precision: 0, precise_value: null };
}

const listOfBalance: Handler = async (request, context) => {
  const rows = await monitorsOfBalance(context.database, request.parameters["balance_id"] ?? "");
  return json(200, listToWire(rows));
};

const replaceMonitor: Handler = async (request, context) => {
  const id = request.parameters["id"] ?? "";
  const { balance_id, description, condition } = await decodeOr400(request, changeBody);
  const change = {
    balance_id,
    description,
    field: condition.field,
    operator: condition.operator,
    value: plainDecimal(condition.value),
    call_back_url: "",
  };
  const changed = changeMonitor(context.changes, id, change);
  const found = await orFailure("Failed to update monitor", changed, isRefusedByDatabase);
  if (!found) throw notFound(id, {});
  return json(200, { message: "BalanceMonitor updated successfully" });
};

const removeMonitor: Handler = async (request, context) => {
  const id = request.parameters["id"] ?? "";
  if (!(await deleteMonitor(context.changes, id))) throw notFound(id, { details: {} });
  return json(200, { message: "BalanceMonitor deleted successfully" });
};

type ShownMonitor = Omit<MonitorRow, "precise_value"> & { readonly precise_value: string | null };

/** An empty list prints as `null`. */
function listToWire(rows: readonly ShownMonitor[]): readonly Wire[] | null {
  return rows.length === 0 ? null : rows.map((row) => monitorToWire(row, timestampToWire(row.created_at)));
}

function monitorToWire(row: ShownMonitor, createdAt: string): Wire {
  return {
    monitor_id: row.monitor_id,
    balance_id: row.balance_id,
    description: row.description === "" ? undefined : row.description,
    created_at: createdAt,
    condition: {
      value: Number(row.value),
      precision: row.precision,
      precise_value: row.precise_value === null ? null : BigInt(row.precise_value),
      field: row.field,
      operator: row.operator,
    },
  };
}

export const balanceMonitorRoutes: readonly Route[] = [
  { method: "POST", path: "/balance-monitors", handle: createMonitor },
  { method: "GET", path: "/balance-monitors", handle: listMonitors },
  { method: "GET", path: "/balance-monitors/balances/:balance_id", handle: listOfBalance },
  { method: "GET", path: "/balance-monitors/:id", handle: readMonitor },
  { method: "PUT", path: "/balance-monitors/:id", handle: replaceMonitor },
  { method: "DELETE", path: "/balance-monitors/:id", handle: removeMonitor },
];
