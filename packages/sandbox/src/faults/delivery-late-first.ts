/** `delivery-late-first`: the app hears of an install for the first time when it is over. */
import { z } from "zod";
import { deliveryFault } from "./fault.ts";
import { seconds } from "./values.ts";

const defaultSeconds = 5;

export const deliveryLateFirst = deliveryFault({
  name: "delivery-late-first",
  title: "The install arrives after it was cancelled",
  values: z.object({ seconds: seconds.default(defaultSeconds).describe("how much later it arrives") }),
  kinds: ["install"],
  whatHappens:
    "Cloud cancels the install at once and revokes its key. The event arrives for the first time this much later, perhaps beside a newer installation that works.",
  whatAGoodAppDoes:
    "Acknowledges it, asks Cloud with the key it had before, and keeps the installation that Cloud still knows.",
  effect: (values) => ({ heldBack: { milliseconds: values.seconds * 1000 } }),
});
