/** Reading who may frame a page. Contract section 7. */
import { cloudFrameAncestors } from "@annex/protocol";

/** What is wrong with a page's embedding header, in words. */
export type EmbeddingProblem = { readonly problem: string };

const loopback = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+|:\*)?$/;

/**
 * The sources of each `frame-ancestors` directive; a browser applies all of them.
 *
 * @example
 * ```ts
 * frameAncestors("default-src 'self'; frame-ancestors 'none'"); // [["'none'"]]
 * ```
 */
export function frameAncestors(policy: string | undefined): readonly (readonly string[])[] {
  // Several headers arrive joined by commas, each a policy of its own.
  return (policy ?? "")
    .split(",")
    .map((one) =>
      one
        .split(";")
        .map((directive) => directive.trim().split(/\s+/))
        .find(([name]) => name?.toLowerCase() === "frame-ancestors"),
    )
    .filter((directive) => directive !== undefined)
    .map(([, ...sources]) => sources.map((source) => source.toLowerCase().replace(/\/$/, "")));
}

/** Whether exactly the dashboard, and while developing this machine, may frame the page. */
export function embeddingProblems(policy: string | undefined): readonly EmbeddingProblem[] {
  const directives = frameAncestors(policy);
  if (directives.length === 0) return [{ problem: "it has no frame-ancestors directive" }];
  return directives.flatMap((sources) => [
    ...cloudFrameAncestors
      .filter((wanted) => !sources.includes(wanted))
      .map((wanted) => ({ problem: `frame-ancestors lacks ${wanted}` })),
    ...sources
      .filter((source) => !isKnown(source))
      .map((source) => ({ problem: `frame-ancestors lets ${source} in` })),
  ]);
}

function isKnown(source: string): boolean {
  return (cloudFrameAncestors as readonly string[]).includes(source) || loopback.test(source);
}
