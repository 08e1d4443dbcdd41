/**
 * The Cloud API as an app sees it: Data, Filters, Proxy and Alerts behind one guard.
 * Contract section 8. Asks `installing` whose a key is, `instances` for the Core behind
 * it, and records every call in `audit`; the families are siblings that know nothing of
 * keys.
 */

export { type AlertChange, alertHistories, listAlerts, updateAlert, updateAlerts } from "./alerts/index.ts";
export { alertStatuses, allowedColours } from "./alerts/statuses.ts";
export type { GatewayReply } from "./call.ts";
export { describeCloudApi } from "./document.ts";
export { createGateway, type Gateway } from "./gateway.ts";
export { createRateLimiter } from "./rate-limit.ts";
export { gatewayRoutes } from "./routes.ts";
