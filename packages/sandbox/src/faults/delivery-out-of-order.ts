/** `delivery-out-of-order`: the end is told before the beginning. */
import { deliveryFault } from "./fault.ts";
import { none } from "./values.ts";

export const deliveryOutOfOrder = deliveryFault({
  name: "delivery-out-of-order",
  title: "The uninstall overtakes the install",
  values: none,
  kinds: ["install"],
  whatHappens:
    "The install event is held back and its call answers as cancelled. The uninstall event of that installation reaches the app first, the install event after it.",
  whatAGoodAppDoes:
    "Answers 2xx to both, remembers the uninstall of an installation it has never seen, and stores nothing of the install event that comes after it.",
  effect: () => ({ heldBack: "until-uninstalled" }),
});
