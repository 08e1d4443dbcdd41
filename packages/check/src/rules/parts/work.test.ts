import { expect, test } from "vitest";
import type { World } from "../../world/index.ts";
import { seenAtWork, worksHard } from "./manner.ts";
import { ordinaryCalls, ordinaryWrites } from "./work.ts";

/** An app that did nothing after an install, checked with these options. */
function idle(options: Partial<World["options"]>): World {
  const once = async () => ({ calls: [], writes: 0 });
  return { options, once } as unknown as World;
}

test.for([ordinaryCalls, ordinaryWrites])(
  "who named what is pressed is told why nobody pressed it (%#)",
  async (ordinary) => {
    const evidence = expect.stringContaining("Leave --fast out, so that #go is pressed");
    const verdict = { verdict: "not_tested", ground: "missed", evidence };
    await expect(ordinary(idle({ press: "#go", fast: true }))).rejects.toMatchObject({ verdict });
  },
);

test.for([ordinaryCalls, ordinaryWrites])("who named nothing is told how (%#)", async (ordinary) => {
  const evidence = expect.stringContaining("name what is pressed with --press");
  await expect(ordinary(idle({}))).rejects.toMatchObject({ verdict: { evidence } });
});

/** An app whose first install has brought about so many calls and goes on working. */
function atWork(options: Partial<World["options"]>, calls: number): World {
  const tenant = { calls: Array.from({ length: calls }, () => ({ endedAt: null })) };
  const seen = (name: string) => {
    if (name === "first work") return { tenant, hasBegun: true };
    throw new Error(`${name} was waited for`);
  };
  return {
    options,
    cloud: { ready: Promise.resolve() },
    once: async (name: string) => seen(name),
  } as unknown as World;
}

test("a quick check waits for no more of much work than shows that it is much", async () => {
  const world = atWork({ fast: true }, 13);
  expect(await worksHard(world)).toBe(true);
  expect((await seenAtWork(world)).calls).toHaveLength(13);
  await expect(worksHard(atWork({}, 13))).rejects.toThrow("ordinary work was waited for");
});
