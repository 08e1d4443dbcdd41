/**
 * `--sample`: a new ledger gets a coherent small business to look at. `business` says who and what there is and what
 * happened in three months (pure, the same on every machine); `posting` brings it into the ledger through the Cloud's
 * own API; `visiting-app` is the app that is installed for as long as that takes.
 */
export { fillWithSample } from "./posting.ts";
