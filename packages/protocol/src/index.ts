/**
 * The contract between Blnk Cloud and a Custom App, as code: what may be said
 * on the wire, and the fixed values both sides agree on. Nothing here does I/O
 * or knows of Node, so the same file serves an app, the local Cloud, the checker
 * and a browser page. Sections named in comments are those of the contract.
 */

export { type Alert, type AlertStatus, alertStatusUpdateSchema, flagRequestSchema } from "./alerts.ts";
export {
  type CallbackEvent,
  type InstallEvent,
  installEventSchema,
  parseCallbackEvent,
  type UninstallEvent,
  uninstallEventSchema,
} from "./events.ts";
export {
  applicationIdSchema,
  installationIdSchema,
  instanceIdSchema,
  organizationIdSchema,
  userIdSchema,
} from "./identifiers.ts";
export {
  type Manifest,
  type ManifestInput,
  manifestSchema,
  parseManifest,
  parseManifestChanges,
} from "./manifest.ts";
export { type PortalRequest, parsePortalRequest, portalRequestSchema } from "./portal-request.ts";
export { scopeSchema } from "./scope-schema.ts";
export { type FieldProblem, type Parsed, parseWith } from "./validation.ts";
export * from "./words.ts";
