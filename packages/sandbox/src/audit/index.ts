/**
 * The audit log of contract section 8: time, actor, instance, method and path,
 * status, duration and request id of every call, allowed or refused. Touches its own
 * database file and nothing else.
 */
export { type AuditLog, createAuditLog } from "./audit.ts";
export { type AuditCategory, auditCategories, categoryOf } from "./categories.ts";
