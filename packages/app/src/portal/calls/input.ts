/** What comes from a page and is not what was asked for, said to a person by the field's name. */
import { problemInWords } from "@annex/protocol/problem-words";
import type { z } from "zod";
import { AppError } from "../../errors/app-error.ts";
import { parseIntegers } from "./integers.ts";

/** Where a value comes from, for what is said of it. */
type Origin = {
  readonly code: string;
  /** Said before the field's name. */
  readonly place?: string | undefined;
  /** What the whole of it is called as a field, where it has a name. */
  readonly root?: string | undefined;
};

/**
 * Checks what came otherwise than as the JSON body of a call, which `c.body` checks: a line of a file, a field of a form.
 * Integers become `bigint` where the schema wants one, as there.
 *
 * @param place where it stands, in words, such as `line 3`; said before the field's name.
 * @throws AppError 422 `invalid_input` that names the place and the field, in its `details` too where they are known.
 * @example
 * ```ts
 * const payouts = await Promise.all(
 *   lines.map((line, index) => checkInput(payout, fieldsOf(line), `line ${index + 1}`)),
 * );
 * ```
 */
export async function checkInput<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
  place?: string,
): Promise<Value> {
  return checked(schema, value, { code: "invalid_input", place });
}

/** As `checkInput`, with the code of its own that a body has. */
export async function checked<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
  { code, place, root }: Origin,
): Promise<Value> {
  const result = await parseIntegers(schema, value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue === undefined ? [] : issue.path.map(String);
  const field = path.length === 0 ? root : path.join(".");
  const where = [place, field].filter((part) => part !== undefined).join(", ") || "input";
  throw new AppError({
    code,
    status: 422,
    whatHappened: `${where}: ${issue === undefined ? "is not valid" : problemInWords(issue)}`,
    whatToDo: "Correct this field and send it again.",
    details: { ...(field === undefined ? {} : { field }), ...(place === undefined ? {} : { place }) },
  });
}
