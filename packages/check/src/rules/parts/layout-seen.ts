/** The portal's page at the sizes of the dashboard's panel, seen once for the rules on pages. */
import { firstOf, NotTested } from "../../evidence/index.ts";
import {
  auditPage,
  installed,
  type Measures,
  measurePage,
  openPortal,
  type Reached,
  tabThrough,
  type Violation,
  type World,
} from "../../world/index.ts";
import { quiet } from "./watching.ts";

export type Layout = {
  readonly measures: readonly Measures[];
  /** By axe at the narrowest and at the widest size, in the light colour scheme and in the dark one, which is named. */
  readonly violations: readonly Violation[];
  readonly keyboard: Reached | undefined;
};

const sizes = [
  { width: 412, height: 780 },
  { width: 900, height: 780 },
  { width: 1600, height: 900 },
];

/** @throws NotTested where no page came up. */
export function seeLayout(world: World): Promise<Layout> {
  return world.once("layout", async () => {
    const tenant = await installed(world, { ledger: "a" });
    if (world.process !== undefined) await quiet(world, tenant);
    const { frame } = await openPortal(world, tenant);
    const visit = await frame.look();
    if (!visit.shown) {
      await frame.close();
      throw new NotTested(
        "No page came up in the browser.",
        "It needs a portal that opens; see the rule foreign-frame.",
      );
    }
    const measures: Measures[] = [];
    const violations: Violation[] = [];
    for (const size of sizes) {
      await frame.page.setViewportSize(size);
      await frame.settle();
      measures.push(mustBeMeasured(await measurePage(frame)));
      await frame.picture(`The portal at ${size.width} × ${size.height}`);
      if (size.width === 900) continue;
      const light = mustBeMeasured(await auditPage(frame));
      await frame.page.emulateMedia({ colorScheme: "dark" });
      await frame.settle();
      const dark = mustBeMeasured(await auditPage(frame));
      await frame.page.emulateMedia({ colorScheme: "light" });
      violations.push(...light, ...onlyIn("the dark colour scheme", dark, light));
    }
    await frame.settle();
    const keyboard = await tabThrough(frame);
    await frame.close();
    return { measures, violations, keyboard };
  });
}

/** @throws NotTested where a page is not through with it in time: what was not measured is not in order. */
function mustBeMeasured<Measured>(measured: Measured | undefined): Measured {
  if (measured !== undefined) return measured;
  throw new NotTested(
    "The page could not be measured in time.",
    "It needs a page that is smaller, or less busy with itself.",
    "missed",
  );
}

/** What one colour scheme shows and the other doesn't, with its name: whoever looks in the other finds nothing. */
export function onlyIn(
  scheme: string,
  found: readonly Violation[],
  elsewhere: readonly Violation[],
): readonly Violation[] {
  const known = new Set(elsewhere.flatMap(({ id, where }) => where.map((place) => `${id} ${place}`)));
  return found
    .map(({ id, where }) => ({
      id,
      where: where.filter((place) => !known.has(`${id} ${place}`)).map((place) => `${place} (in ${scheme})`),
    }))
    .filter(({ where }) => where.length > 0);
}

/** Findings of axe as sentences, each once. */
export function told(violations: readonly Violation[]): readonly string[] {
  const kinds = violations.map(({ id, where }) => where.map((place) => `${id} at ${place}.`));
  // One of each kind before the second of any.
  return firstOf([...kinds.flatMap(([first = []]) => first), ...kinds.flatMap(([, ...others]) => others)], 4);
}
