import type { Actor, AuditEntry } from "./index.ts";

/** What setting or removing a secret leaves in the trail: its name, and whose it is. */
export function entryOfSecret(
  action: "secret.set" | "secret.removed",
  secret: {
    readonly name: string;
    readonly owner: { readonly of: "installation" | "tenant" };
    readonly actor: Actor;
    readonly installedAppId: string;
  },
  at: number,
): AuditEntry {
  const { name, owner, actor, installedAppId } = secret;
  return { at, installedAppId, actor, action, details: { name, of: owner.of } };
}
