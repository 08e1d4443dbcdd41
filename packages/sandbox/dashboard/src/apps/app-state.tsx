import { Badge } from "@annex/ui";
import type { AppView, Installation } from "../api/types.ts";
import { StatusBadge } from "../parts/status-badge.tsx";

/** The installation that counts: one that is active, or on its way. */
export function liveInstallation(app: AppView): Installation | undefined {
  const installation = app.installation;
  return installation !== null && installation.status === "active" ? installation : undefined;
}

/** Where the app stands on the selected instance. */
export function AppStateBadge({ app }: { readonly app: AppView }) {
  if (liveInstallation(app) !== undefined) return <Badge tone="success">Installed</Badge>;
  if (app.installation === null || app.installation.status === "uninstalled") {
    return <Badge tone="neutral">Not installed</Badge>;
  }
  return <StatusBadge status={app.installation.status} />;
}
