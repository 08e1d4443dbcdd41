/**
 * Refuses what an app is told and nobody would read: a slip such as `authoriseUser` or `require` would switch a guard
 * off, and nobody would know. The compiler finds it where options are written in place and in TypeScript, and nowhere
 * else. Touches nothing.
 */
import { editDistance } from "./near-names.ts";

/** The names of all options of a kind; `true` for each, so that the compiler sees that none is missing. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/**
 * Refuses options of other names.
 *
 * @param of whose options they are, as in "createApp".
 * @throws TypeError naming the option, and the one that may be meant.
 * @example
 * ```ts
 * refuseUnknown({ require: [] }, { requires: true }, "the job sync"); // throws: … has no option require; requires may be meant.
 * ```
 */
export function refuseUnknown<Options>(given: object, known: OptionNames<Options>, of: string): void {
  // Nobody's compiler says so to an app in JavaScript.
  if (typeof given !== "object" || given === null)
    throw new TypeError(`The options of ${of} must be an object, not ${String(given)}.`);
  const names = Object.keys(known);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const meant = names.find((each) => isNear(name, each));
    const hint = meant === undefined ? `it has ${names.join(", ")}` : `${meant} may be meant`;
    throw new TypeError(`${of} has no option ${JSON.stringify(name).slice(1, -1)}; ${hint}.`);
  }
}

/**
 * Refuses a number that is none of an option's.
 *
 * @throws TypeError naming the option.
 */
export function checkNumber(value: unknown, least: number, most: number, of: string): void {
  if (value === undefined || (typeof value === "number" && value >= least && value <= most)) return;
  throw new TypeError(`${of} must be a number from ${least} to ${most}, not ${String(value)}.`);
}

/**
 * Refuses what is no count: a whole number, or Infinity for as many as there are.
 *
 * @throws TypeError naming the option.
 */
export function checkCount(value: unknown, least: number, of: string): void {
  if (value === undefined || value === Number.POSITIVE_INFINITY) return;
  if (!Number.isSafeInteger(value) || (value as number) < least)
    throw new TypeError(`${of} must be a whole number from ${least} on, not ${String(value)}.`);
}

/**
 * Refuses a list that is none, such as a text, whose letters would be taken for its entries.
 *
 * @throws TypeError naming the option.
 */
export function checkTexts(value: unknown, of: string): void {
  if (value === undefined) return;
  if (!Array.isArray(value) || value.some((each) => typeof each !== "string"))
    throw new TypeError(`${of} must be a list of texts.`);
}

function isNear(name: string, known: string): boolean {
  const [one, other] = [lettersOf(name), lettersOf(known)];
  if (one === "") return false;
  return one === other || one.startsWith(other) || other.startsWith(one) || editDistance(one, other) <= 2;
}

function lettersOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, "");
}
