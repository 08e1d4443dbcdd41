/** What the lists of runs say of each run beside the kit's own columns. */
import { type Column, countOf, formatCount, type RunAnswer } from "@annex/portal";
import type { AboutRunJson } from "../../../src/portal-types.ts";

export const runColumns: readonly Column<RunAnswer<AboutRunJson>>[] = [
  figure("objects", "Objects", ({ counts }) => counts.all),
  figure("posted", "Posted", ({ counts }) => counts.posted),
  { ...figure("already", "Already posted", ({ counts }) => counts.already_posted), priority: 2, width: 130 },
  {
    key: "findings",
    heading: "To look at",
    align: "end",
    width: 120,
    cell: ({ findings }) =>
      findings === 0 ? (
        <span className="annex-dim">None</span>
      ) : (
        <strong>{countOf(findings, "finding")}</strong>
      ),
  },
];

function figure(
  key: string,
  heading: string,
  value: (run: RunAnswer<AboutRunJson>) => number,
): Column<RunAnswer<AboutRunJson>> {
  return {
    key,
    heading,
    align: "end",
    // With who started it beside them they fit at 900 pixels.
    width: 88,
    cell: (run) => <span className="annex-figures">{formatCount(value(run))}</span>,
  };
}
