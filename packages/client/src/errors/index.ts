/**
 * The family of errors the client throws. Each says what happened and what to do next in words a person can be
 * shown, says whether the call may have been carried out, and carries a code out of a closed union, so that no
 * caller ever has to look into a message. The words of the states a page can show stand in the protocol and nowhere
 * else. Contract section 8, Refusals, and section 10. Touches nothing outside of itself.
 */
export { CloudRateLimited, InstanceUnavailable } from "./availability.ts";
export { CloudError, type CloudErrorCode, type Outcome } from "./cloud-error.ts";
export { EffectChanged, OutcomeUnknown } from "./effects.ts";
export { KeyRefused, KeyRevoked } from "./key.ts";
export { CloudRefused, CoreError, InvalidRequest, MissingScope } from "./refused.ts";
export { CloudUnreachable, UnexpectedAnswer } from "./unanswered.ts";
