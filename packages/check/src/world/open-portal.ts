/** Launching a tenant and opening what came back: the browser first, since a link may live for seconds. */
import { type Frame, openFrame, type VisitOptions } from "./browser.ts";
import { launch } from "./lifecycle.ts";
import type { Tenant } from "./tenants.ts";
import type { World } from "./world.ts";

/** A fresh link, opened at once, with the marks among the newest records. @throws NotTested without a browser or a link. */
export async function openPortal(
  world: World,
  tenant: Tenant,
  options: VisitOptions = {},
): Promise<{ readonly frame: Frame; readonly url: string }> {
  await Promise.all([world.browser(), world.cloud.freshen(tenant.ledger)]);
  const url = await launch(world, tenant);
  return { frame: await openFrame(world, url, options), url };
}
