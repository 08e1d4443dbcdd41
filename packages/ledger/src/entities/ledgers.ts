/** Ledgers (contract section 5). */
import { type Entity, filtered } from "./fields.ts";

export const ledgers: Entity = {
  table: "ledgers",
  id: "ledger_id",
  fields: {
    ledger_id: filtered("text"),
    name: filtered("text"),
    created_at: filtered("time"),
    meta_data: filtered("json"),
  },
};
