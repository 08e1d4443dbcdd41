/** Creating, reading and renaming ledgers (contract section 5). Lists and filters are in `query`. */
import { newId } from "../../context.ts";
import { findLedger, insertLedger, renameLedger } from "../../store/ledgers.ts";
import { CoreFailure } from "../errors.ts";
import { formatInstant, toTimestampText } from "../go-time.ts";
import { decodeOr400, type Handler, json, type Route } from "../router.ts";
import { metadata, structure, text } from "../shapes.ts";
import { cannotBeBlank, refuseProblems } from "../validation.ts";
import { ledgerToWire } from "../wire.ts";

const createLedgerBody = structure("CreateLedger", { name: text, meta_data: metadata });
const updateLedgerBody = structure("UpdateLedger", { name: text });

const createLedger: Handler = async (request, context) => {
  const body = decodeOr400(request, createLedgerBody, { legacyKey: "errors" });
  refuseProblems("GEN_VALIDATION_ERROR", { name: cannotBeBlank(body.name) });
  const answeredAt = context.now();
  const row = {
    ledger_id: newId("ldg"),
    name: body.name,
    // Timed anew, as in Core: who asks for ledgers after the answered time finds this one too.
    created_at: toTimestampText(context.now()),
    meta_data: body.meta_data,
  };
  await insertLedger(context.database, row);
  return json(201, { ...ledgerToWire(row), created_at: formatInstant(answeredAt) });
};

const ledgerNotFound = () => new CoreFailure("LGR_NOT_FOUND", "Ledger not found", { details: {} });

const readLedger: Handler = async (request, context) => {
  const row = await findLedger(context.database, request.parameters["id"] ?? "");
  if (row === undefined) throw ledgerNotFound();
  return json(200, ledgerToWire(row));
};

const updateLedger: Handler = async (request, context) => {
  const body = decodeOr400(request, updateLedgerBody, { legacyKey: "errors" });
  refuseProblems("GEN_VALIDATION_ERROR", { name: cannotBeBlank(body.name) });
  const row = await renameLedger(context.database, request.parameters["id"] ?? "", body.name);
  if (row === undefined) throw ledgerNotFound();
  return json(200, ledgerToWire(row));
};

export const ledgerRoutes: readonly Route[] = [
  { method: "POST", path: "/ledgers", handle: createLedger },
  { method: "GET", path: "/ledgers/:id", handle: readLedger },
  { method: "PUT", path: "/ledgers/:id", handle: updateLedger },
];
