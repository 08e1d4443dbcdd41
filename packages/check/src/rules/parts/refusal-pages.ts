/** The pages of links that open nothing any more, in Chromium, each seen once for all rules. */
import { NotTested } from "../../evidence/index.ts";
import {
  type BrowserVisit,
  installed,
  launch,
  openFrame,
  pause,
  uninstall,
  type World,
} from "../../world/index.ts";
import { deny, needsDenyCommand } from "./denying.ts";

const longestLife = 120;
const margin = 1500;

/** After a link's life. @throws NotTested where that is longer than a check may take. */
export function seeExpiredPage(world: World): Promise<BrowserVisit> {
  return world.once("expired page", async () => {
    const { linkSeconds } = world.options;
    if (linkSeconds > longestLife)
      throw new NotTested(
        `A link is said to live for ${linkSeconds} s, longer than a check may take.`,
        "Start the app with a life of a few seconds and say so with --link-ttl.",
      );
    const url = await launch(world, await installed(world));
    await pause(linkSeconds * 1000 + margin);
    return look(world, url, "The page of an expired link");
  });
}

/** After the uninstall. */
export function seeUninstalledPage(world: World): Promise<BrowserVisit> {
  return world.once("uninstalled page", async () => {
    await world.browser();
    const tenant = await installed(world);
    const url = await launch(world, tenant);
    await uninstall(world, tenant);
    return look(world, url, "The page after the uninstall");
  });
}

/** After a member's right was taken away. @throws NotTested where nobody said how. */
export function seeDeniedPage(world: World): Promise<BrowserVisit> {
  return world.once("denied page", async () => {
    needsDenyCommand(world);
    await world.browser();
    const tenant = await installed(world, { edition: "guide" });
    const url = await launch(world, tenant);
    await deny(world, tenant);
    return look(world, url, "The page of a member who may not");
  });
}

async function look(world: World, url: string, title: string): Promise<BrowserVisit> {
  const frame = await openFrame(world, url);
  const visit = await frame.look();
  await frame.picture(title);
  await frame.close();
  return visit;
}
