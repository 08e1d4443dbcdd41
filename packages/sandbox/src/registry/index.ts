/**
 * The Apps library: which apps an organization registered, checked as contract
 * section 2 (Registration) wants. Touches the table apps and asks each URL once;
 * knows nothing of installations.
 */

export { isThisMachine } from "./reachable-hosts.ts";
export {
  callbackContext,
  createRegistry,
  manifestColumns,
  portalContext,
  type RegisteredApp,
  type Registry,
} from "./registry.ts";
export { networkProblem, noticesOf } from "./url-rules.ts";
