/** Events of the live view, read and kept in order. Pure. */
import type { AuditEntry, Delivery } from "../api/types.ts";

/** So many are kept: more nobody reads, and the logs have them all. */
const most = 100;

/** A call or a delivery that has just happened. */
export type Happening = {
  readonly id: string;
  readonly time: string;
  readonly body:
    | { readonly kind: "call"; readonly call: AuditEntry }
    | { readonly kind: "delivery"; readonly delivery: Delivery };
};

/** The happening in an event, or `undefined` for what is none. */
export function happeningIn(type: string, data: string): Happening | undefined {
  const body = objectIn(data);
  if (body === undefined) return undefined;
  if (type === "call" && "request_id" in body) {
    // The server is of the same release as the page: its events have the agreed shape.
    const call = body as AuditEntry;
    return { id: call.request_id, time: call.time, body: { kind: "call", call } };
  }
  if (type === "delivery" && "delivery_id" in body) {
    const delivery = body as Delivery;
    return { id: delivery.delivery_id, time: delivery.sent_at, body: { kind: "delivery", delivery } };
  }
  return undefined;
}

function objectIn(data: string): object | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The newest first; a delivery that is told again, with its answer, takes its own place. */
export function withHappening(before: readonly Happening[], happening: Happening): readonly Happening[] {
  const known = before.some(({ id }) => id === happening.id);
  if (known) return before.map((each) => (each.id === happening.id ? happening : each));
  return [happening, ...before].slice(0, most);
}
