/** `gateway-latency`: Cloud is slow. */
import { z } from "zod";
import { gatewayFault } from "./fault.ts";

const longest = 600_000;
const words = `must be milliseconds from 0 to ${longest}`;
const milliseconds = z.number(words).min(0, words).max(longest, words);

export const gatewayLatency = gatewayFault({
  name: "gateway-latency",
  title: "Calls take long",
  values: z.object({
    milliseconds: milliseconds.describe("each call is answered this much later"),
    jitter: milliseconds.default(0).describe("up to so many milliseconds more, by chance"),
  }),
  whatHappens: "Each call is carried out and answered this much later.",
  whatAGoodAppDoes:
    "Has time limits of its own, does many calls side by side where it may, and shows that it is at work.",
  effect: ({ milliseconds: fixed, jitter }, { chance }) => ({
    kind: "late",
    milliseconds: fixed + jitter * chance,
  }),
});
