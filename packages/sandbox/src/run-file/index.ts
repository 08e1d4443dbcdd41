/**
 * The run file `DIR/annex.json`: all that a program needs to drive a running local
 * Cloud, demo credentials and secret URLs included, hence mode 0600 and gone at the end.
 * Specified by the doors document.
 */
export { type AppProcess, type DemoMember, readApps, readOrganizations } from "./content.ts";
export { removeRunFile, writeRunFile } from "./run-file.ts";
