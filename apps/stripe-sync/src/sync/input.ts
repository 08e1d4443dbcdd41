/** What a sync is started with. */
import { z } from "zod";
import { runReasons } from "../portal-types.ts";

const seconds = z.int().min(0);

/** Why it was started, by whom, and for which days: `from` (inclusive) and `to` (exclusive) in seconds since 1970. */
export const syncInput = z.object({
  reason: z.enum(runReasons),
  startedBy: z.string().optional(),
  from: seconds.optional(),
  to: seconds.optional(),
  /** The event that it was started for. */
  startedFor: z.string().optional(),
});
export type SyncInput = z.infer<typeof syncInput>;
