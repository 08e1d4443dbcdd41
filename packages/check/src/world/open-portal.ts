/** Launching a tenant and opening what came back: the browser first, since a link may live for seconds. */
import { NotTested } from "../evidence/index.ts";
import { type Frame, openFrame, type VisitOptions } from "./browser.ts";
import { launch } from "./lifecycle.ts";
import type { Tenant } from "./tenants.ts";
import type { World } from "./world.ts";

/** After so many in a row nobody waits for one more. */
const mostInVain = 3;

/** Whether the app's pages are opened no more, since none came up. */
export function isGivenUp({ inVain }: Pick<World, "inVain">): boolean {
  return inVain.length >= mostInVain;
}

/**
 * A fresh link, opened at once, with the marks among the newest records.
 *
 * @throws NotTested without a browser or a link, and where several pages in a row did not come up at all: each would be
 * waited for in vain.
 */
export async function openPortal(
  world: World,
  tenant: Tenant,
  options: VisitOptions = {},
): Promise<{ readonly frame: Frame; readonly url: string }> {
  const { inVain } = world;
  if (isGivenUp(world))
    throw new NotTested(
      `The portal's page ${inVain.at(-1)}, ${inVain.length} times in a row.`,
      "Mend that first; see the rule foreign-frame.",
      "missed",
    );
  await Promise.all([world.browser(), world.cloud.freshen(tenant.ledger)]);
  const url = await launch(world, tenant);
  const frame = await openFrame(world, url, options);
  const trouble = frame.trouble();
  if (trouble === undefined) inVain.length = 0;
  else if (options.badDay !== true) inVain.push(trouble);
  return { frame, url };
}
