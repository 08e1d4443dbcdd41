/**
 * What one click caused, in one list: the call, what was sent to the app, the app's own
 * calls, and what they made in the ledger. Told by the trace where an app hands it on,
 * by key and time where it does not. Touches the audit log and the deliveries only.
 */
export { readTimeline, type Timeline } from "./timeline.ts";
