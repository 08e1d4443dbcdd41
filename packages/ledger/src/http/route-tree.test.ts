/** The tree on a few routes; the recordings of the real Core hold its answers for all of them. */
import { describe, expect, it } from "vitest";
import { createRouteTree } from "./route-tree.ts";

const tree = createRouteTree(
  [
    "/",
    "/boxes",
    "/boxes/:id",
    "/boxes/:id/lid",
    "/boxes/first/of/:day",
    "/bottles/:id/caps",
    "/:any/labels",
  ].map((path) => ({ method: "GET", path })),
);

/** A route with its values, `redirect` or `nothing`. */
function answer(path: string, method = "GET"): string {
  const found = tree.find(method, path);
  return found.kind === "route" ? [found.route.path, ...found.values].join(" ") : found.kind;
}

describe("paths", () => {
  it.each([
    ["/", "/"],
    ["/boxes", "/boxes"],
    ["/boxes/7", "/boxes/:id 7"],
    ["/boxes/7/lid", "/boxes/:id/lid 7"],
    ["/boxes//lid", "/boxes/:id/lid "],
    ["/boxes/first/of/may", "/boxes/first/of/:day may"],
    // Literal text was tried first, and the way goes back to the `:name` passed by.
    ["/boxes/fir/lid", "/boxes/:id/lid fir"],
    ["/other/labels", "/:any/labels other"],
    ["/bo/labels", "/:any/labels bo"],
    // But not out of a `:name` that nothing ends at.
    ["/bottles/labels", "nothing"],
    ["/boxes/", "redirect"],
    ["/boxes/7/", "redirect"],
    ["/boxes/7/lid/", "redirect"],
    ["/nowhere", "nothing"],
    // A slash behind a `:name` is too many even where nothing is without it.
    ["/nowhere/", "redirect"],
    ["/boxes/7/lid/x", "nothing"],
  ])("%s leads to %s", (path, expected) => {
    expect(answer(path)).toBe(expected);
  });

  it("of a method without routes lead nowhere", () => {
    expect(answer("/boxes", "PATCH")).toBe("nothing");
  });
});
