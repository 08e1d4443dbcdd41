/**
 * Taking up queued transactions that wait too long (contract section 1, beyond the Proxy's list). A queued
 * transaction and the work that ends it are stored in one commit, so none is ever stuck for want of work;
 * what can be waiting is work that failed and is due again only later. That is brought forward.
 */

import { toTimestampText } from "../../rules/times.ts";
import { hurryWork } from "../../store/work.ts";
import { queuedKind } from "../../store/work-payloads.ts";
import { CoreFailure } from "../errors.ts";
import { DurationTextError, formatDuration, parseDuration } from "../go-duration.ts";
import { type Handler, json, type Route } from "../router.ts";

/** Nothing younger is taken for stuck, whatever the request says. */
const leastThreshold = 120_000_000_000n;

const recover: Handler = async (request, context) => {
  const threshold = thresholdOf(request.query.get("threshold") ?? "");
  const now = context.now();
  const age = threshold < leastThreshold ? leastThreshold : threshold;
  const recovered = await hurryWork(context.database, {
    kind: queuedKind,
    now: toTimestampText(now),
    addedBefore: toTimestampText({ ...now, nanoseconds: now.nanoseconds - age }),
  });
  if (recovered > 0) context.work.wake();
  return json(200, { recovered, threshold: formatDuration(threshold) });
};

function thresholdOf(text: string): bigint {
  if (text === "") return leastThreshold;
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof DurationTextError)) throw error;
    throw new CoreFailure("GEN_VALIDATION_ERROR", `invalid threshold duration: ${error.message}`);
  }
}

export const recoveryRoutes: readonly Route[] = [
  { method: "POST", path: "/transactions/recover", handle: recover },
];
