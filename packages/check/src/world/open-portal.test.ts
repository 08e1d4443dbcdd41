import { expect, test } from "vitest";
import { NotTested } from "../evidence/index.ts";
import { openPortal } from "./open-portal.ts";
import { newTenant } from "./tenants.ts";
import type { World } from "./world.ts";

const silent = "gave no answer within 6 s";

/** One in which so many pages in a row did not come up. */
function worldWith(inVain: string[]): World {
  const world: Partial<World> = {
    inVain,
    browser: () => Promise.reject(new Error("Nobody opens a page.")),
    once: (_name, see) => see(),
  };
  return { ...world, cloud: { freshen: () => Promise.resolve() } } as unknown as World;
}

test("after pages that did not come up, several in a row, none more is waited for", async () => {
  const tenant = newTenant("tenant 1", "app_1", {});
  await expect(openPortal(worldWith([silent, silent, silent]), tenant)).rejects.toThrow(NotTested);
  await expect(openPortal(worldWith([silent, silent]), tenant)).rejects.toThrow("Nobody opens a page.");
});
