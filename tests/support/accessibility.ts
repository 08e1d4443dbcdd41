/** What axe finds wrong with a page, WCAG 2.2 AA, each as one line. */
import axe from "axe-core";
import type { Frame, Page } from "playwright-core";

type Violation = { id: string; nodes: { target: string[]; failureSummary?: string }[] };
type Axe = { run(options: unknown): Promise<{ violations: Violation[] }> };

/**
 * Sentences about what is wrong. With `rules`, only those are asked: what a change of colours alone can break is
 * `["color-contrast"]`.
 */
export async function findAccessibilityProblems(
  where: Page | Frame,
  rules?: readonly string[],
): Promise<readonly string[]> {
  // A colour on its way from one to the other is neither. What moves without an end, such as a loader, is not waited for.
  await where.evaluate(async () => {
    // What a change of the scheme sets going begins with the next frame.
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    await Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
        .map((animation) => animation.finished),
    );
  });
  // Evaluated rather than added as a script element, which the page's own policy rightly refuses.
  if (!(await where.evaluate(() => "axe" in window))) await where.evaluate(axe.source);
  const violations = await where.evaluate(async (only) => {
    const { axe: checker } = window as unknown as { axe: Axe };
    const result = await checker.run({
      runOnly: only ?? ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
      // A trial rule of the checker's, which asks what a person who speaks to his computer needs.
      ...(only === undefined ? { rules: { "label-content-name-mismatch": { enabled: true } } } : {}),
      // What passes is not listed: naming every element of a long table takes longer than the rest.
      resultTypes: ["violations"],
      // Copies of all style sheets, which it makes otherwise, are for rules that are not asked.
      preload: { assets: ["media"] },
    });
    return result.violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary })),
    }));
  }, rules);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      (node) => `${id} at ${node.target.join(" ")}: ${node.failureSummary?.replaceAll("\n", " ") ?? ""}`,
    ),
  );
}
