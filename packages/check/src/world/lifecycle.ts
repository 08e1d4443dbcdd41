/** Installing, launching and uninstalling a tenant, as Cloud does it. Contract sections 3, 4 and 7. */
import { type Answer, describeAnswer, NotTested, succeeded } from "../evidence/index.ts";
import { deliver, requestPortal } from "./doors.ts";
import { installBody, portalBody, type Tenant, type TenantOptions, uninstallBody } from "./tenants.ts";
import type { World } from "./world.ts";

const ordinary = { manner: "ordinary" } as const;

/** Sends a tenant's install event. */
export function install(world: World, tenant: Tenant): Promise<Answer> {
  return deliver(world.options.callback, installBody(tenant), ordinary);
}

/** Sends a tenant's uninstall event. */
export function uninstall(world: World, tenant: Tenant, at?: Date): Promise<Answer> {
  return deliver(world.options.callback, uninstallBody(tenant, at), ordinary);
}

/** A new tenant whose install the app accepted. @throws NotTested where it did not. */
export async function installed(world: World, options: TenantOptions = {}): Promise<Tenant> {
  const tenant = world.tenant(options);
  const answer = await install(world, tenant);
  if (!succeeded(answer))
    throw new NotTested(
      `The app did not accept a correct install event: it ${describeAnswer(answer)}.`,
      "It needs an app that can be installed; see the rule install-accepted.",
    );
  return tenant;
}

/** The app's answer to a portal request. */
export function launchAnswer(world: World, tenant: Tenant, userId?: string): Promise<Answer> {
  return requestPortal(world.options.portal, portalBody(tenant, userId), ordinary);
}

/** Whether an answer holds a URL to open. */
export function isLaunched(answer: Answer): boolean {
  return succeeded(answer) && portalUrlIn(answer) !== undefined;
}

/** The portal URL in an app's answer: an address that a frame can load. */
export function portalUrlIn({ text }: Answer): string | undefined {
  try {
    const value = JSON.parse(text) as { portal_url?: unknown } | null;
    const url = value?.portal_url;
    return typeof url === "string" && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
      ? url
      : undefined;
  } catch {
    return undefined;
  }
}

/** A fresh portal URL. @throws NotTested where the app gives none. */
export async function launch(world: World, tenant: Tenant, userId?: string): Promise<string> {
  const answer = await launchAnswer(world, tenant, userId);
  const url = succeeded(answer) ? portalUrlIn(answer) : undefined;
  if (url === undefined)
    throw new NotTested(
      `The app gave no portal URL for an active installation: it ${describeAnswer(answer)}.`,
      "It needs an app that can be launched; see the rule portal-accepted.",
    );
  world.tokens.add(url);
  return url;
}
