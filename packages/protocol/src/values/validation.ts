import type { z } from "zod";
import { problemInWords } from "./problem-words.ts";

/** Which field of a body is wrong, and why. The field is a path such as `granted_permissions.0`; `body` names the whole. */
export type FieldProblem = { readonly field: string; readonly problem: string };

/** What a parser gives: the value, or everything that is wrong with it. Never an exception for bad input. */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly [FieldProblem, ...FieldProblem[]] };

/**
 * Checks a value against a schema and names each field that is wrong.
 *
 * @example
 * ```ts
 * const parsed = parseWith(manifestSchema, body);
 * if (!parsed.ok) refuse(422, parsed.problems[0].field, parsed.problems[0].problem);
 * ```
 */
export function parseWith<Value>(schema: z.ZodType<Value>, input: unknown): Parsed<Value> {
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, value: result.data };
  const [first, ...others] = result.error.issues.map(fieldProblem);
  return { ok: false, problems: [first ?? { field: "body", problem: "is not valid" }, ...others] };
}

function fieldProblem(issue: z.core.$ZodIssue): FieldProblem {
  if (issue.code === "unrecognized_keys") return strangerProblem(issue);
  const field = issue.path.length === 0 ? "body" : issue.path.map(String).join(".");
  return { field, problem: problemInWords(issue) };
}

/** A field that a strict schema does not know is named by itself, not by the object it stands in. */
function strangerProblem({ path, keys }: z.core.$ZodIssueUnrecognizedKeys): FieldProblem {
  return { field: [...path, keys[0] ?? ""].map(String).join("."), problem: "is not known" };
}
