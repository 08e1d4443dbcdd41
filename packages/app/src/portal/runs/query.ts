/** What a call asks for, read out of its query. */
import { numberInDigits, runStatuses } from "@annex/protocol/words";
import { AppError } from "../../errors/app-error.ts";
import type { PortalContext } from "../interface.ts";

const usualLimit = 20;
const largestLimit = 100;

/** Words parted by commas; nothing where none is given. @throws AppError 422 naming the parameter. */
export function wordsOf<Word extends string>(
  c: PortalContext,
  name: string,
  allowed: readonly Word[],
): readonly Word[] | undefined {
  const given = (c.query(name) ?? "").split(",").filter((word) => word !== "");
  const wrong = given.find((word) => !(allowed as readonly string[]).includes(word));
  if (wrong !== undefined) throw wrongParameter(name, `takes ${allowed.join(", ")}, parted by commas`);
  return given.length === 0 ? undefined : (given as Word[]);
}

/** How many rows are asked for. @throws AppError 422 naming the parameter. */
export function limitOf(c: PortalContext): number {
  const given = c.query("limit");
  if (given === undefined) return usualLimit;
  const limit = numberInDigits(given) ?? 0;
  if (limit >= 1 && limit <= largestLimit) return limit;
  throw wrongParameter("limit", `takes a whole number from 1 to ${largestLimit}`);
}

export const statuses = runStatuses;

function wrongParameter(field: string, why: string): AppError {
  return new AppError({
    code: "invalid_query",
    status: 422,
    whatHappened: `The parameter ${field} is wrong: it ${why}.`,
    whatToDo: `Leave ${field} out or correct it.`,
    details: { field },
  });
}
