/** From a checked request to a transaction with ids and times, ready to be posted or queued (contract section 7). */
import { newId } from "../ids.ts";
import { type BatchPlace, type Prepared, prepare, type TransactionRequest } from "../rules/prepared.ts";
import { type Instant, isZeroInstant, tryParseInstant } from "../rules/times.ts";

/**
 * Prepares a validated request for posting.
 *
 * @throws SplitError when its distribution is impossible
 */
export function prepareRequest(
  request: TransactionRequest,
  now: () => Instant,
  place?: BatchPlace,
): Prepared {
  const createdAt = now();
  const times = {
    createdAt,
    effectiveDate: request.effective_date ?? createdAt,
    scheduledFor: timeOrAbsent(request.scheduled_for),
    expiry: timeOrAbsent(request.inflight_expiry_date),
    commitDate: timeOrAbsent(request.inflight_commit_date),
  };
  return prepare(request, newId("txn"), times, () => newId("txn"), place);
}

function timeOrAbsent(value: string): Instant | undefined {
  const instant = value === "" ? undefined : tryParseInstant(value);
  return instant === undefined || isZeroInstant(instant) ? undefined : instant;
}
