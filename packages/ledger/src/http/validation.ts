/** Field validation texts (contract section 3.5): `field: message` pairs by field name, joined by `; `. */
import { type CoreCode, CoreFailure } from "./errors.ts";

/** The first failing rule of each field, by JSON field name. */
export type FieldProblems = Readonly<Record<string, string | undefined>>;

/** The joined text, or undefined when nothing is wrong. */
export function problemsText(problems: FieldProblems): string | undefined {
  const failing = Object.entries(problems).filter(([, problem]) => problem !== undefined);
  if (failing.length === 0) return undefined;
  failing.sort(([first], [second]) => (first < second ? -1 : 1));
  return `${failing.map(([field, problem]) => `${field}: ${problem}`).join("; ")}.`;
}

/** Throws when a field is wrong; the legacy key of these refusals is `errors`. */
export function refuseProblems(code: CoreCode, problems: FieldProblems): void {
  const message = problemsText(problems);
  if (message !== undefined) throw new CoreFailure(code, message, { legacyKey: "errors" });
}

export const cannotBeBlank = (value: string): string | undefined =>
  value === "" ? "cannot be blank" : undefined;

/** The text for a missing field of gin's `required` binding (contract section 3.4). */
export function requiredText(key: string, goName: string): string {
  return `Key: '${key}' Error:Field validation for '${goName}' failed on the 'required' tag`;
}
