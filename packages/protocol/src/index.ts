/**
 * The contract between Blnk Cloud and a Custom App, as code: what may be said
 * on the wire, and the fixed values both sides agree on. Nothing here does I/O
 * or knows of Node, so the same file serves an app, the local Cloud, the checker
 * and a browser page. Sections named in comments are those of the contract.
 *
 * `values`: exact JSON, secrets, currencies, how a schema's refusal is said. `cloud`: what Cloud and an app say to each
 * other: events, launches, the manifest, scopes, the Cloud API. `portal`: what a page says to its app's server and to
 * the dashboard around it. Each imports only those before it; `chosen` has the values the platform is silent about, and
 * `words` is all of it that needs no schema.
 */

export { type Alert, type AlertStatus, alertStatusUpdateSchema, flagRequestSchema } from "./cloud/alerts.ts";
export {
  type CallbackEvent,
  type InstallEvent,
  installEventSchema,
  parseCallbackEvent,
  type UninstallEvent,
  uninstallEventSchema,
} from "./cloud/events.ts";
export {
  applicationIdSchema,
  installationIdSchema,
  instanceIdSchema,
  organizationIdSchema,
  userIdSchema,
} from "./cloud/identifiers.ts";
export {
  type Manifest,
  type ManifestInput,
  manifestSchema,
  parseManifest,
  parseManifestChanges,
} from "./cloud/manifest.ts";
export { type PortalRequest, parsePortalRequest, portalRequestSchema } from "./cloud/portal-request.ts";
export { scopeSchema } from "./cloud/scope-schema.ts";
export { problemInWords } from "./values/problem-words.ts";
export { type FieldProblem, type Parsed, parseWith } from "./values/validation.ts";
export * from "./words.ts";
