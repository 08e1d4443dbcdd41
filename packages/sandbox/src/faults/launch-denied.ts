/** `launch-denied`: a member loses the app while he works with it. */
import { userIdSchema } from "@annex/protocol";
import { z } from "zod";
import { launchFault } from "./fault.ts";

export const launchDenied = launchFault({
  name: "launch-denied",
  title: "A member may not launch any more",
  values: z.object({ user_id: userIdSchema.describe("the member") }),
  whatHappens:
    "Cloud refuses this member's launches with 403 launch_access, and says so while his panel is open.",
  whatAGoodAppDoes:
    "Asks its own rule at every page and every call whether this member may still use it, and ends the session with a page that says so.",
  concerns: (values, userId) => values.user_id === userId,
});
