/** NAME=VALUE on a command line. Pure. */
import { CommandError } from "../../failures/index.ts";

/**
 * The name and the value: JSON where it is JSON, a text otherwise.
 *
 * @param example of a pair, for whoever wrote none.
 * @throws CommandError when there is no name.
 */
export function parsePair(pair: string, example: string): readonly [string, unknown] {
  const at = pair.indexOf("=");
  if (at < 1)
    throw new CommandError(`"${pair}" is no value.`, `Give values as NAME=VALUE, such as ${example}.`);
  const value = pair.slice(at + 1);
  try {
    return [pair.slice(0, at), JSON.parse(value)];
  } catch {
    return [pair.slice(0, at), value];
  }
}

/** All of them. Of two values of one name nobody could tell which is meant. @throws CommandError for a name given twice. */
export function fromPairs(pairs: readonly (readonly [string, unknown])[]): Readonly<Record<string, unknown>> {
  const names = pairs.map(([name]) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice === undefined) return Object.fromEntries(pairs);
  throw new CommandError(`${twice} is given more than once.`, "Give each value once.");
}
