/** Links that were seen to open their page, of which it shows whether something has ended them. */
import { refused } from "../../evidence/index.ts";
import { enter, launchAnswer, portalUrlIn, type Tenant, type World } from "../../world/index.ts";
import { isPage } from "./invented-links.ts";
import { surelyLives } from "./live-calls.ts";

export type Link = { readonly url: string; readonly launchedAt: number };

/** A link that opens its page as often as it is loaded, and when it was given; nothing where it doesn't. */
export async function openedLink(world: World, tenant: Tenant): Promise<Link | undefined> {
  const launchedAt = performance.now();
  const url = portalUrlIn(await launchAnswer(world, tenant));
  if (url === undefined || !isPage((await enter(url)).page) || !isPage((await enter(url)).page))
    return undefined;
  return { url, launchedAt };
}

/** Whether a link opens nothing any more, and may live still. */
export async function isEnded({ options }: World, link: Link | undefined): Promise<boolean> {
  if (link === undefined) return false;
  const { page } = await enter(link.url);
  return refused(page) && surelyLives(options.linkSeconds, link.launchedAt);
}
