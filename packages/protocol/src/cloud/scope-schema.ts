import { z } from "zod";
import { scopes } from "./scopes.ts";

/**
 * One scope; anything else is refused with the list of those that exist. Contract section 1.
 *
 * @example
 * ```ts
 * scopeSchema.safeParse("data:delete").success; // false
 * ```
 */
export const scopeSchema = z.enum(scopes, {
  error: (issue) => `${shown(issue.input)} is not a scope; the scopes are ${scopes.join(", ")}`,
});

function shown(input: unknown): string {
  if (typeof input === "string") return `"${input.slice(0, 40)}"`;
  return input === null ? "null" : `A value of type ${Array.isArray(input) ? "array" : typeof input}`;
}
