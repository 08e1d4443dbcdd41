import { expect, test } from "vitest";
import type { World } from "../../world/index.ts";
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
