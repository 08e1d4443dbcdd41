/** Options that several commands share, read strictly. */
import { InvalidArgumentError } from "commander";

/** Where a command keeps its state unless told otherwise. */
export const defaultDataDirectory = ".annex";

/** A port number; 0 takes a free one. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError("A port is a number from 0 to 65535; 0 takes a free one.");
  return port;
}

/** A count of 1 or more. */
export function parseCount(text: string): number {
  return countIn(text, Number.MAX_SAFE_INTEGER, "of 1 or more");
}

/** A count of 1 or more, up to what the Cloud takes at once. */
export function countUpTo(most: number): (text: string) => number {
  return (text) => countIn(text, most, `from 1 to ${most}`);
}

function countIn(text: string, most: number, wanted: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > most) throw new InvalidArgumentError(`Give a whole number ${wanted}.`);
  return count;
}

/** A stretch of time. */
export function parseSeconds(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (!(seconds > 0)) throw new InvalidArgumentError("Give a number of seconds above 0.");
  return seconds;
}
