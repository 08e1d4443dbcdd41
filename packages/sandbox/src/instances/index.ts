/**
 * The instances and the Core behind each: an embedded ledger under the data
 * directory, with its own key and its own loopback address, or a real Core by URL.
 * Contract section 1 (instance) and the 503 of section 8. Touches the table
 * instances and the folders of the ledgers.
 */
export {
  type CoreOption,
  type Instance,
  type Instances,
  type LedgerPlace,
  openInstances,
  unavailable,
} from "./instances.ts";
export { InstanceUnreachable } from "./transport.ts";
