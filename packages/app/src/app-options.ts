/** What `createApp` is told: each option one that is read, with a value that it can have. */
import type { AppOptions } from "./application.ts";
import type { AppManifest } from "./manifest/index.ts";
import { checkNumber, checkTexts, type OptionNames, refuseUnknown } from "./options/index.ts";

const options: OptionNames<AppOptions> = {
  name: true,
  manifest: true,
  permissionPurposes: true,
  pages: true,
  contentPolicy: true,
  authorizeUser: true,
  portalDeadlineSeconds: true,
  tenantDataDays: true,
  auditDays: true,
  keyService: true,
  runDays: true,
  environment: true,
  clock: true,
  random: true,
  fetch: true,
  sleep: true,
};

const manifest: OptionNames<AppManifest> = {
  name: true,
  description: true,
  developer: true,
  logoUrl: true,
  permissions: true,
  launchAccess: true,
};

/** @throws TypeError for an option that nobody reads, and for a value that it cannot have. */
export function checkAppOptions(given: AppOptions): void {
  refuseUnknown(given, options, "createApp");
  refuseUnknown(given.manifest, manifest, "The manifest");
  checkTexts(given.manifest.permissions, "permissions of the manifest");
  checkTexts(given.manifest.launchAccess, "launchAccess of the manifest");
  if (given.authorizeUser !== undefined && typeof given.authorizeUser !== "function")
    throw new TypeError("authorizeUser must be a function.");
  for (const name of ["tenantDataDays", "auditDays", "runDays"] as const)
    checkNumber(given[name], 0, Number.POSITIVE_INFINITY, name);
}
