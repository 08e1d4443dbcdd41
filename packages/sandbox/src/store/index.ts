/**
 * Where the local Cloud keeps its state: one data directory, taken by one process
 * at a time, with the state and the audit log in two SQLite files and a key file
 * that seals what must not lie in clear. Every other folder writes through the
 * queries of this one; this one knows no rule of the contract.
 */
export { type DataDirectory, holdsState, stateExists, takeDataDirectory } from "./data-directory.ts";
export {
  type AuditDatabase,
  type OpenAudit,
  openAuditDatabase,
  openStateDatabase,
  type StateDatabase,
} from "./database.ts";
export { createRetention } from "./retention.ts";
export { createSeal, readOrCreateSealingKey, type Seal } from "./sealing.ts";
export type {
  AlertRow,
  AppRow,
  AuditRow,
  DeliveryRow,
  FaultRow,
  InstallationRow,
  InstanceRow,
  MemberRow,
} from "./tables.ts";
