import type { Change, EventFacts } from "../installations/decision.ts";
import type { AuditAction, AuditDetails, AuditEntry } from "./index.ts";

const actor = { kind: "cloud" } as const;

/** What an event, or Cloud's answer about a key, leaves in the trail: one entry for each change that a person would name. */
export function entriesOfEvent(
  facts: EventFacts,
  now: number,
  changes: readonly Change[],
): readonly AuditEntry[] {
  return changes.flatMap((change) => {
    const done = doneBy(change, facts);
    return done === undefined ? [] : [{ at: now, actor, ...done }];
  });
}

type Done = {
  readonly installedAppId: string;
  readonly action: AuditAction;
  readonly details?: AuditDetails;
};

function doneBy(change: Change, facts: EventFacts): Done | undefined {
  switch (change.change) {
    case "insert":
      return { installedAppId: facts.installedAppId, ...inserted(change.status, facts) };
    case "renew":
      return { installedAppId: facts.installedAppId, action: "installation.renewed" };
    case "end":
      return { installedAppId: change.installedAppId, action: `installation.${change.status}` };
    case "contest":
      return {
        installedAppId: change.newerId,
        action: "installation.contested",
        details: { other: change.olderId },
      };
    case "suspend":
      return { installedAppId: change.installedAppId, action: "key.refused" };
    case "resume":
      return { installedAppId: change.installedAppId, action: "key.accepted" };
    default:
      return undefined;
  }
}

function inserted(status: "active" | "uninstalled", facts: EventFacts): Omit<Done, "installedAppId"> {
  if (status === "uninstalled") return { action: "installation.uninstalled", details: { unknown: true } };
  const permissions = facts.kind === "install" ? facts.grantedPermissions.join(" ") : "";
  return { action: "installation.installed", details: { permissions } };
}
