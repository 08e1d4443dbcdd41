/** `delivery-twice`: the same event again, after it was answered. */
import { z } from "zod";
import { deliveryFault } from "./fault.ts";
import { copies } from "./values.ts";

export const deliveryTwice = deliveryFault({
  name: "delivery-twice",
  title: "Events come again",
  values: z.object({ copies }),
  whatHappens: "The very same body is sent again after the app answered, until it was sent so often in all.",
  whatAGoodAppDoes:
    "Knows the idempotency key and answers 2xx again: no second record, no second key, no second run of anything.",
  effect: (values) => ({ copiesAfter: values.copies - 1 }),
});
