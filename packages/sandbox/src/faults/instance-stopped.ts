/** `instance-stopped`: the instance is away. */
import type { StandingFault } from "./fault.ts";
import { none } from "./values.ts";

export const instanceStopped: StandingFault = {
  name: "instance-stopped",
  strikes: "instance",
  title: "The instance is away",
  values: none,
  whatHappens: "Every call is answered 503 instance_unavailable, as while the instance is stopped.",
  whatAGoodAppDoes:
    "Says that the instance is unavailable, lets its work wait and goes on by itself when the instance is back.",
};
