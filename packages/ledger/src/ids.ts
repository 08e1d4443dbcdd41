/** Fresh ids (contract section 2.3): the one place of the ledger that draws them. */
import { randomUUID } from "node:crypto";

/** Prefixes of contract section 2.3. */
export type IdPrefix =
  | "ldg"
  | "bln"
  | "txn"
  | "bulk"
  | "idt"
  | "ref"
  | "act"
  | "recon"
  | "upload"
  | "instant"
  | "rule"
  | "snapshot"
  | "mon";

/** A fresh id such as `txn_<uuid>` (contract section 2.3). */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${randomUUID()}`;
}
