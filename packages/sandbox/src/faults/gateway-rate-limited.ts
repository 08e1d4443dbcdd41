/** `gateway-rate-limited`: too many calls, come back later. */
import { z } from "zod";
import { Refusal } from "../errors.ts";
import { gatewayFault } from "./fault.ts";
import { seconds } from "./values.ts";

const defaultSeconds = 5;

export const gatewayRateLimited = gatewayFault({
  name: "gateway-rate-limited",
  title: "Too many calls",
  values: z.object({
    retry_after: seconds.int("must be whole seconds").default(defaultSeconds).describe("seconds to wait"),
  }),
  whatHappens: "Every call is answered 429 with Retry-After and the RateLimit headers.",
  whatAGoodAppDoes:
    "Waits as long as it is told before it calls again, and says so: waiting for Blnk Cloud, goes on at this time.",
  effect: ({ retry_after: wait }) => ({
    kind: "refuse",
    refusal: new Refusal(429, "rate_limited", `Too many calls. Try again in ${wait} seconds.`, {
      retry_after: wait,
    }),
    headers: { "ratelimit-remaining": "0", "ratelimit-reset": String(wait) },
  }),
});
