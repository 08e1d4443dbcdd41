/** Creating, reading and renaming ledgers (contract section 5). Lists and filters are in `lists.ts`. */
import { newId } from "../../ids.ts";
import { formatInstant, toTimestampText } from "../../rules/times.ts";
import type { SqlDatabase } from "../../store/database.ts";
import { findLedger, insertLedger, type LedgerRow, renameLedger } from "../../store/ledgers.ts";
import { orFailure } from "../database-details.ts";
import { CoreFailure } from "../errors.ts";
import { decodeOr400, type Handler, json, type Route } from "../router.ts";
import { metadata, structure, text } from "../shapes.ts";
import { cannotBeBlank, refuseProblems } from "../validation.ts";
import { ledgerToWire } from "../wire.ts";

const createLedgerBody = structure("CreateLedger", { name: text, meta_data: metadata });
const updateLedgerBody = structure("UpdateLedger", { name: text });

const createLedger: Handler = async (request, context) => {
  const body = await decodeOr400(request, createLedgerBody, { legacyKey: "errors" });
  refuseProblems("GEN_VALIDATION_ERROR", { name: cannotBeBlank(body.name) });
  const answeredAt = context.now();
  const row = {
    ledger_id: newId("ldg"),
    name: body.name,
    // Timed anew, as in Core: who asks for ledgers after the answered time finds this one too.
    created_at: toTimestampText(context.now()),
    meta_data: body.meta_data,
  };
  await orFailure("Database error occurred", insertLedger(context.changes, row));
  return json(201, { ...ledgerToWire(row), created_at: formatInstant(answeredAt) });
};

const ledgerNotFound = () => new CoreFailure("LGR_NOT_FOUND", "Ledger not found", { details: {} });

async function requireLedger(database: SqlDatabase, id: string): Promise<LedgerRow> {
  const row = await orFailure("Failed to retrieve ledger", findLedger(database, id));
  if (row === undefined) throw ledgerNotFound();
  return row;
}

const readLedger: Handler = async (request, context) =>
  json(200, ledgerToWire(await requireLedger(context.database, request.parameters["id"] ?? "")));

const updateLedger: Handler = async (request, context) => {
  const body = await decodeOr400(request, updateLedgerBody, { legacyKey: "errors" });
  refuseProblems("GEN_VALIDATION_ERROR", { name: cannotBeBlank(body.name) });
  const row = await requireLedger(context.database, request.parameters["id"] ?? "");
  await orFailure("Database error occurred", renameLedger(context.changes, row.ledger_id, body.name));
  return json(200, ledgerToWire({ ...row, name: body.name }));
};

export const ledgerRoutes: readonly Route[] = [
  { method: "POST", path: "/ledgers", handle: createLedger },
  { method: "GET", path: "/ledgers/:id", handle: readLedger },
  { method: "PUT", path: "/ledgers/:id", handle: updateLedger },
];
