/** `gateway-status`: part of the calls fail with a status, nothing carried out. */
import { STATUS_CODES } from "node:http";
import { z } from "zod";
import { Refusal } from "../errors.ts";
import { gatewayFault } from "./fault.ts";

const statusWords = "must be a status from 400 to 599";
const rateWords = "must be a number above 0 and up to 1";

const values = z.object({
  status: z.int(statusWords).min(400, statusWords).max(599, statusWords).describe("such as 500 or 502"),
  rate: z
    .number(rateWords)
    .gt(0, rateWords)
    .max(1, rateWords)
    .default(1)
    .describe("this part of the calls: 0.5 is every second one, the first included"),
});

export const gatewayStatus = gatewayFault({
  name: "gateway-status",
  title: "Calls fail",
  values,
  whatHappens: "This part of the calls is answered with that status, and nothing is carried out.",
  whatAGoodAppDoes:
    "Tries again what may be tried again, with growing pauses and the same reference; tells what failed and from where in the end.",
  effect: ({ status, rate }, { seen }) =>
    strikes(rate, seen) ? { kind: "refuse", refusal: failed(status) } : undefined,
});

/** Spread evenly and the same every time, so that a bad day can be had again. */
function strikes(rate: number, seen: number): boolean {
  return Math.ceil((seen + 1) * rate) > Math.ceil(seen * rate);
}

function failed(status: number): Refusal {
  const words = STATUS_CODES[status] ?? "Failed";
  return new Refusal(status, words.toLowerCase().replaceAll(/[^a-z]+/g, "_"), `${words}.`);
}
