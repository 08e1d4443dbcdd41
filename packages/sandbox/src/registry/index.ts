/**
 * The Apps library: which apps an organization registered, checked as contract
 * section 2 (Registration) wants. Touches the table apps and asks each URL once;
 * knows nothing of installations.
 */

export { isNobodyThere, networkProblem, noAnswerInTime } from "./network-problem.ts";
export { isThisMachine } from "./reachable-hosts.ts";
export {
  callbackContext,
  createRegistry,
  manifestColumns,
  portalContext,
  type RegisteredApp,
  type Registry,
} from "./registry.ts";
export { noticesOf } from "./url-rules.ts";
