/** Whether somebody could press a button as its page stands, told by the page itself and not by waiting for it. */
import type { Locator } from "playwright-core";

/** What is read of an element in the browser; its root is the document, or the shadow that it stands in. */
type Reached = {
  scrollIntoView(where: { readonly block: "center"; readonly inline: "center" }): void;
  getClientRects(): ArrayLike<{ x: number; y: number; width: number; height: number }>;
  getRootNode(): { elementFromPoint(x: number, y: number): unknown };
  matches(selector: string): boolean;
  contains(other: unknown): boolean;
};

/**
 * Whether a pointer comes at it: it doesn't say that it can't be pressed, and lies in view with nothing over it. What
 * is hidden beside the page until the keyboard comes to it is out of reach, and so is what a dialog covers.
 *
 * @returns true where the page did not tell.
 */
export function isWithinReach(button: Locator): Promise<boolean> {
  return button
    .evaluate((element) => {
      const one = element as unknown as Reached;
      if (one.matches(":disabled, [aria-disabled=true], [aria-disabled=true] *")) return false;
      one.scrollIntoView({ block: "center", inline: "center" });
      const [box] = Array.from(one.getClientRects());
      if (box === undefined) return false;
      const there = one.getRootNode().elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      return there !== null && (one === there || one.contains(there));
    })
    .catch(() => true);
}
