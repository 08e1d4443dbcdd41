/** What stands behind the question mark: checked, and nothing in it left unread. A mistyped filter would find everything. */
import { z } from "zod";
import { Refusal } from "../errors.ts";
import { checked } from "./bodies.ts";

/**
 * The query of a call, checked.
 *
 * @throws Refusal 400 `invalid_request` naming the field: a parameter the call does not take, one that is given twice, a
 *   wrong value.
 */
export function readQuery(schema: z.ZodType | undefined, given: URLSearchParams): unknown {
  const names = namesOf(schema);
  if (names !== undefined) refuseStrangers(names, given);
  return schema === undefined ? undefined : checked(schema, filled(given), 400);
}

/** The parameters that hold something. One that is there and empty, as in `?kind=&page=`, is as good as left out. */
export function filled(given: URLSearchParams): Readonly<Record<string, string>> {
  return Object.fromEntries([...given].filter(([, value]) => value !== ""));
}

/** The parameters a call takes; nothing where whoever handles it reads the others himself. */
function namesOf(schema: z.ZodType | undefined): readonly string[] | undefined {
  if (schema === undefined) return [];
  const object = schema instanceof z.ZodPipe ? schema.in : schema;
  if (!(object instanceof z.ZodObject)) throw new TypeError("A query is an object of parameters.");
  return object.def.catchall === undefined ? Object.keys(object.shape) : undefined;
}

function refuseStrangers(names: readonly string[], given: URLSearchParams): void {
  for (const name of new Set(given.keys())) {
    if (!names.includes(name))
      throw refused(name, `is no parameter of this call, which takes ${told(names)}`);
    if (given.getAll(name).length > 1) throw refused(name, "is given more than once");
  }
}

function told(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}

/** As much of a name as helps to find it. */
const shownName = 60;

function refused(name: string, problem: string): Refusal {
  const field = name.slice(0, shownName);
  return new Refusal(400, "invalid_request", `${field}: ${problem}.`, { field });
}
