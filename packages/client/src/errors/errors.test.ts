import { describeErrorState, type ErrorStateCode, type ErrorStateDetails } from "@annex/protocol/words";
import { expect, test } from "vitest";
import {
  type CloudError,
  CloudRateLimited,
  CloudUnreachable,
  InstanceUnavailable,
  KeyRefused,
  KeyRevoked,
  MissingScope,
  OutcomeUnknown,
} from "./index.ts";

const provider = "Blnk Cloud";
const reason = "it took longer than 30 seconds";
const sent = { what: "a posting", lookAt: "at the transactions", seen: "done" } as const;

// A page shows the state, a log the error: a copy of the words in one of them would say something else before long.
test.each<[ErrorStateCode, ErrorStateDetails, CloudError]>([
  ["missing_permission", { requiredScope: "data:write" }, new MissingScope("data:write")],
  ["key_revoked", {}, new KeyRevoked()],
  ["suspended", {}, new KeyRefused()],
  ["instance_unavailable", {}, new InstanceUnavailable()],
  ["rate_limited", { provider, retryAfterSeconds: 30 }, new CloudRateLimited({ retryAfterSeconds: 30 })],
  ["provider_unreachable", { provider, reason }, new CloudUnreachable({ reason, outcome: "not-sent" })],
  [
    "outcome_unknown",
    { effect: sent.what, lookAt: sent.lookAt, seen: sent.seen },
    new OutcomeUnknown({ effectId: "e1", ...sent }),
  ],
])("the error of %s has the words of its state", (state, details, error) => {
  const { whatHappened, whatToDo } = describeErrorState(state, details);
  expect(error).toMatchObject({ state, whatHappened, whatToDo, message: `${whatHappened} ${whatToDo}` });
});
