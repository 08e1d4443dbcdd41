import type { Purposes } from "../errors/describe.ts";
import type { AppManifest } from "../manifest/index.ts";
import { describePermissions } from "../permissions/index.ts";
import type { StoredInstallation } from "../stores/interface.ts";

/** The part of a session's description that is of the installation, as members of a JSON object. */
export type DescribeInstallation = (installation: StoredInstallation) => string;

/** What a page is told of its app and installation; written once for each generation, since every page asks every few seconds. */
export function describeInstallation(app: {
  readonly manifest: AppManifest;
  readonly purposes: Purposes;
  readonly development: boolean;
}): DescribeInstallation {
  const written = new WeakMap<StoredInstallation, string>();
  return (installation) => {
    const known = written.get(installation);
    if (known !== undefined) return known;
    const { manifest, purposes, development } = app;
    const { installedAppId, organizationId, instanceId, grantedPermissions } = installation;
    const members = JSON.stringify({
      installed_app_id: installedAppId,
      organization_id: organizationId,
      instance_id: instanceId,
      granted_permissions: grantedPermissions,
      permissions: describePermissions(manifest.permissions, grantedPermissions, purposes),
      app: { name: manifest.name, logo_url: manifest.logoUrl },
      development,
    }).slice(1, -1);
    written.set(installation, members);
    return members;
  };
}
