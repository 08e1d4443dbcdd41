/**
 * The surroundings an app is driven in: a local Cloud with two marked ledgers, a front that the app
 * takes for Cloud's API and that writes down each call, tenants in any number, the app's two doors,
 * its process where the checker may start it, visits to its pages with and without a browser.
 * Imports `evidence` for the shapes of what it sees; judges nothing.
 */
export { type BrowserVisit, type Frame, openFrame, type VisitOptions } from "./browser.ts";
export { type Browsers, openBrowsers } from "./chromium.ts";
export { type Cloud, openCloud } from "./cloud.ts";
export { foreignPath } from "./decoy.ts";
export { deliver, isUnanswered, longestAnswer, requestPortal, send, sendRaw } from "./doors.ts";
export { CheckError, EndedError, sentenceOf } from "./errors.ts";
export {
  blocksOf,
  filesUnder,
  mostRead,
  partsOfFile,
  type StoredFile,
  storedFiles,
  writtenSince,
} from "./files.ts";
export type { Fault } from "./front.ts";
export { fillDisk } from "./full-disk.ts";
export {
  install,
  installed,
  isLaunched,
  launch,
  launchAnswer,
  portalUrlIn,
  uninstall,
} from "./lifecycle.ts";
export {
  auditPage,
  type Measures,
  measurePage,
  type Reached,
  tabThrough,
  type Violation,
} from "./measuring.ts";
export { isGivenUp, openPortal } from "./open-portal.ts";
export type { CheckOptions } from "./options.ts";
export type { AppProcess, End } from "./process.ts";
export { commandLinesOf } from "./process-arguments.ts";
export { isWithinReach } from "./reach.ts";
export { type RecordCount, recordsOf } from "./records.ts";
export { isAgainstCaches } from "./repeats.ts";
export { inAnotherInstance, installBody, portalBody, type Tenant, uninstallBody } from "./tenants.ts";
export { pause, until, within } from "./time.ts";
export { emptyTrace, type Knock, note, type Trace, withTrace } from "./trace.ts";
export { enter } from "./visit.ts";
export { checkReachable, openWorld, refusesConnections, type World } from "./world.ts";
