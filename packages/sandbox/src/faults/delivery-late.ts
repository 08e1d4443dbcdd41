/** `delivery-late`: the way from Cloud to the app is slow. */
import { z } from "zod";
import { deliveryFault } from "./fault.ts";
import { seconds } from "./values.ts";

export const deliveryLate = deliveryFault({
  name: "delivery-late",
  title: "Events arrive late",
  values: z.object({ seconds: seconds.describe("how much later it reaches the app") }),
  whatHappens:
    "The event or portal request reaches the app this much later. Past the time limit Cloud gives up as ever, and the request arrives all the same.",
  whatAGoodAppDoes:
    "Answers quickly once it is reached, and takes an event that comes too late for what it is: its key may be dead already, so Cloud is asked before the key is believed.",
  effect: (values) => ({ lateMilliseconds: values.seconds * 1000 }),
});
