import { explain } from "./explain.ts";

/** Prints a failure for a person and ends with code 1. */
export function explainAndExit(error: unknown): never {
  const explanation = explain(error);
  if (explanation === undefined) console.error(error);
  else console.error(`${explanation.what}\n${explanation.next}`);
  process.exit(1);
}
