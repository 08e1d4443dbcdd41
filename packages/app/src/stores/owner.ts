import type { Owner } from "./interface.ts";

/** How an owner is written in the tables: `installation:<id>` or `tenant:<number>`. */
export function ownerText(owner: Owner): string {
  return owner.of === "tenant" ? `tenant:${owner.tenantNumber}` : `installation:${owner.installedAppId}`;
}
