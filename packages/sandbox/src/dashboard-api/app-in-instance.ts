/** An app as a member sees it in the instance that he looks at: what it is, and what he can do with it there. */
import type { Installation } from "../installing/index.ts";
import type { RegisteredApp } from "../registry/index.ts";
import type { Services } from "../services.ts";
import type { Member } from "../tenants/index.ts";
import { appView, installationView } from "../views.ts";

/** An app with its installation in an instance, and whether this member may launch it. */
export function appInInstanceView(
  { launching }: Pick<Services, "launching">,
  member: Member,
  app: RegisteredApp,
  history: readonly Installation[],
  instanceId: string | undefined,
) {
  const here = history.find(
    ({ appId, instanceId: place, status }) =>
      appId === app.appId && place === instanceId && ["active", "installing"].includes(status),
  );
  if (here === undefined) return { ...appView(app), installation: null };
  const why = launching.whyNot(app, here, member);
  const launch = { allowed: why === undefined, reason: why ?? null };
  return { ...appView(app), installation: { ...installationView(here), launch } };
}
