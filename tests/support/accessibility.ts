/** What axe finds wrong with a page, WCAG 2.2 AA, each as one line. */
import axe from "axe-core";
import type { Frame, Page } from "playwright-core";

type Violation = { id: string; nodes: { target: string[]; failureSummary?: string }[] };
type Axe = { run(options: unknown): Promise<{ violations: Violation[] }> };

export async function findAccessibilityProblems(where: Page | Frame): Promise<readonly string[]> {
  // A colour on its way from one to the other is neither. What moves without an end, such as a loader, is not waited for.
  await where.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
        .map((animation) => animation.finished),
    ),
  );
  // Evaluated rather than added as a script element, which the page's own policy rightly refuses.
  await where.evaluate(axe.source);
  const violations = await where.evaluate(async () => {
    const { axe: checker } = window as unknown as { axe: Axe };
    const result = await checker.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
    return result.violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary })),
    }));
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      (node) => `${id} at ${node.target.join(" ")}: ${node.failureSummary?.replaceAll("\n", " ") ?? ""}`,
    ),
  );
}
