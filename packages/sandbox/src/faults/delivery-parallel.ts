/** `delivery-parallel`: the same event several times at the same instant. */
import { z } from "zod";
import { deliveryFault } from "./fault.ts";
import { copies } from "./values.ts";

export const deliveryParallel = deliveryFault({
  name: "delivery-parallel",
  title: "Events come several times at once",
  values: z.object({ copies }),
  whatHappens: "The very same body is sent so often at the same instant. The first one's answer counts.",
  whatAGoodAppDoes:
    "Lets one of them win in its database and answers 2xx to all, on several replicas too: one record, one run.",
  effect: (values) => ({ copiesAtOnce: values.copies - 1 }),
});
