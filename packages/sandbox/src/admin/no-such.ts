/** What is named and does not exist. */
import { Refusal } from "../errors.ts";

/** The 404 for something that a path, or the named field of a body, means. */
export function noSuch(thing: string, field?: string): Refusal {
  return new Refusal(404, "not_found", `There is no such ${thing}.`, field === undefined ? {} : { field });
}
