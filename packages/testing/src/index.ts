/**
 * A Cloud in a test's own process. `start` puts a local Cloud of the sandbox on a free
 * port with its ledgers in memory; `served-app` gives an app a port and the environment
 * that points it there; `calls` asks the Cloud's admin API, so that a test does what a
 * person does in the dashboard; `books` and `page` are what a test looks at afterwards.
 * May import protocol and sandbox. Specified by "Testing an app from code" of the doors.
 */
export type { Books } from "./books.ts";
export { TestCloudRefusal } from "./calls.ts";
export { eventually } from "./eventually.ts";
export type { TestPage } from "./page.ts";
export type { TestedApp } from "./served-app.ts";
export { startTestCloud } from "./start.ts";
export type {
  AuditEntry,
  DeliveryAnswer,
  InstallOptions,
  RegisteredApp,
  TestCloud,
  TestInstallation,
} from "./test-cloud.ts";
