/**
 * Installations and their keys: minted, told to the app, activated by its answer,
 * revoked when it is over. Contract sections 3 (Install) and 4 (Uninstall), and the
 * rule of section 2 that an app is installed once per organization and instance.
 * Touches the table installations; speaks to apps through `deliveries` only.
 */
export {
  type Installation,
  type Installations,
  installationStatuses,
  openInstallations,
} from "./installations.ts";
export { createInstalling, type Installing } from "./installing.ts";
export { hashKey, mintKey } from "./keys.ts";
export { portalPayload } from "./payloads.ts";
