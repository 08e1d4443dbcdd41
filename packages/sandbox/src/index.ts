/**
 * The local Cloud: what Blnk Cloud is to a Custom App, on one laptop. Organizations,
 * registry, installs, deliveries, launches and the gateway with a real ledger behind
 * it, as the contract's sections 1 to 8 say; the dashboard's page is in `dashboard/`.
 *
 * Folders, in the order data passes through them: `tenants` → `registry` →
 * `installing` → `deliveries` → `launching` → `gateway/{proxy,data,filters,alerts}` →
 * `audit`; beside them `instances` (the Cores), `admin` and `dashboard-api` (two doors
 * to the same services), `run-file`, `server` and `store`.
 */
export { Refusal, SandboxStartError } from "./errors.ts";
export { describeFaults, type FaultDescription, type FaultView } from "./faults/index.ts";
export { type CloudSize, fillCloud } from "./filling/index.ts";
export type { CoreOption } from "./instances/index.ts";
export { CloudNotMoved, exportCloud, importCloud } from "./moving/index.ts";
export type { AppRegistration, Sandbox, SandboxClock, SandboxFaults, SandboxOptions } from "./options.ts";
export { startSandbox } from "./sandbox.ts";
export type { Settings } from "./settings/index.ts";
export type { OrganizationSeed } from "./tenants/index.ts";
