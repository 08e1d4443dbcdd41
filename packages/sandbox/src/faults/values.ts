/** Values that several faults take, with words that fit behind the field's name. */
import { z } from "zod";

const longestSeconds = 86_400;
const mostCopies = 100;

/** A span of time in seconds, up to a day. */
export const seconds = z
  .number(`must be a number of seconds from 0 to ${longestSeconds}`)
  .min(0, `must be a number of seconds from 0 to ${longestSeconds}`)
  .max(longestSeconds, `must be a number of seconds from 0 to ${longestSeconds}`);

/** How often the same thing is sent in all. */
export const copies = z
  .int(`must be a whole number from 2 to ${mostCopies}`)
  .min(2, `must be a whole number from 2 to ${mostCopies}`)
  .max(mostCopies, `must be a whole number from 2 to ${mostCopies}`)
  .default(2)
  .describe("how often it is sent in all");

/** A fault that takes no values. */
export const none = z.object({});
