/** Books in words. Pure. */
import type { BooksJson } from "../../../src/portal-types.ts";

const modes: Readonly<Record<BooksJson["mode"], string>> = {
  simulator: "simulator",
  test: "test data",
  live: "live data",
};

/**
 * Whose they are.
 *
 * @example
 * ```ts
 * whoseBooks({ account: "acct_1AbC", mode: "live" }); // "acct_1AbC, live data"
 * ```
 */
export function whoseBooks({ account, mode }: Pick<BooksJson, "account" | "mode">): string {
  return `${account}, ${modes[mode]}`;
}
