/**
 * A Cloud's whole state as one file, and a file as a new Cloud: a situation to share in a
 * bug report. Lines of JSON: a head, the tables of the state, the audit log, the books of
 * each embedded ledger. Nothing in it opens anything: keys, passwords, second factors and
 * the secret part of URLs are left out, and made anew where the file is read. Touches a
 * data directory that no Cloud runs on.
 */
export { exportCloud } from "./export.ts";
export { CloudNotMoved } from "./file.ts";
export { importCloud } from "./import.ts";
