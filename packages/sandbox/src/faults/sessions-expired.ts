/** `sessions-expired`: the dashboard's log-ins end. */
import type { StandingFault } from "./fault.ts";
import { none } from "./values.ts";

export const sessionsExpired: StandingFault = {
  name: "sessions-expired",
  strikes: "session",
  title: "The dashboard's log-ins end",
  values: none,
  whatHappens:
    "Every log-in that began before the fault was set ends at its next call; whoever logs in again stays logged in.",
  whatAGoodAppDoes:
    "Goes on: its own sessions do not hang on the dashboard's. The next launch makes a new one.",
};
