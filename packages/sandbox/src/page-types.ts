/**
 * What the Dashboard API is, as types: every route with what it takes and what it answers, taken from the routes
 * themselves, so that the page cannot drift from them. Types only; a browser loads nothing of this.
 */
export type { DashboardRoute } from "./dashboard-api/index.ts";
export type { ParameterOf } from "./http/api-route.ts";
