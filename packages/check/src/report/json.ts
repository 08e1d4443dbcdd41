/** One line of JSON, its shape fixed by the doors. */
import type { Report } from "../evidence/index.ts";

export function jsonReport({ app, startedAt, summary, rules }: Report): string {
  // Pictures belong to the page; a line of megabytes helps no program.
  const lines = rules.map(({ pictures: _, exchanges, ...rule }) => ({ ...rule, exchanges }));
  return JSON.stringify({ summary, app, started_at: startedAt, rules: lines });
}
