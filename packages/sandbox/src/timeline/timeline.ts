/** Putting the steps of one trace in order. */
import type { AuditLog } from "../audit/index.ts";
import type { Deliveries, DeliveryView } from "../deliveries/index.ts";
import { Refusal } from "../errors.ts";
import type { AuditRow } from "../store/index.ts";

/** By which of the three something is looked for. */
export type TimelineQuery = {
  readonly traceId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly deliveryId?: string | undefined;
  /** Whose it must be. */
  readonly organizationId?: string | undefined;
};

/** One step: a recorded call or a delivery, and how it was found to belong here. */
export type TimelineStep =
  | { readonly kind: "call"; readonly matchedBy: "trace" | "key_and_time"; readonly call: AuditRow }
  | { readonly kind: "delivery"; readonly matchedBy: "trace"; readonly delivery: DeliveryView };

export type Timeline = { readonly traceId: string | null; readonly steps: readonly TimelineStep[] };

type Parts = { readonly audit: AuditLog; readonly deliveries: Deliveries };

/** Calls without a trace are taken to belong to a delivery when they come so soon after it was sent. */
const untracedMilliseconds = 30_000;

/**
 * Everything that belongs to a trace, a request or a delivery, oldest first.
 *
 * @throws Refusal 404 `not_found` where nothing is known of it (in that organization).
 */
export async function readTimeline(parts: Parts, query: TimelineQuery): Promise<Timeline> {
  const traceId = await traceOfQuery(parts, query);
  if (traceId === undefined) throw new Refusal(404, "not_found", "Nothing is known of that.");
  if (traceId === null) return alone(parts, query);
  const calls = (await parts.audit.ofTrace(traceId)).map(
    (call): TimelineStep => ({ kind: "call", matchedBy: "trace", call }),
  );
  const sent = await parts.deliveries.ofTrace(traceId);
  const deliveries = sent.map(
    (delivery): TimelineStep => ({ kind: "delivery", matchedBy: "trace", delivery }),
  );
  const untraced = await Promise.all(sent.map((delivery) => callsAfter(parts.audit, delivery)));
  const steps = [...calls, ...deliveries, ...onlyOnce(untraced.flat())];
  const own = steps.filter((step) => belongs(step, query.organizationId));
  if (own.length === 0) throw new Refusal(404, "not_found", "Nothing is known of that.");
  return { traceId, steps: oldestFirst(own) };
}

/**
 * By when each began, and what caused another before it: when a call began is reckoned back from its end, to a
 * millisecond or two, and what it caused may be recorded as sent in them.
 */
function oldestFirst(steps: readonly TimelineStep[]): readonly TimelineStep[] {
  const began = new Map(steps.map((step) => [step, startOf(step)]));
  const causes = new Map(steps.map((step) => [step, causesOf(step, steps)]));
  for (const step of steps)
    for (const cause of causes.get(step) ?? [])
      began.set(cause, Math.min(began.get(cause) ?? 0, startOf(step)));
  const depth = (step: TimelineStep) => causes.get(step)?.length ?? 0;
  return steps.toSorted(
    (left, right) => (began.get(left) ?? 0) - (began.get(right) ?? 0) || depth(left) - depth(right),
  );
}

/** What caused a step, what caused that, and so on. */
function causesOf(step: TimelineStep, steps: readonly TimelineStep[]): readonly TimelineStep[] {
  const causes: TimelineStep[] = [];
  let cause = causeOf(step, steps);
  // An app says itself what caused its calls, so it could say that they caused each other.
  while (cause !== undefined && cause !== step && !causes.includes(cause)) {
    causes.push(cause);
    cause = causeOf(cause, steps);
  }
  return causes;
}

/** The trace of what is asked for; null where it has none, undefined where nothing is known of it. */
async function traceOfQuery({ audit, deliveries }: Parts, query: TimelineQuery) {
  if (query.traceId !== undefined) return query.traceId;
  if (query.requestId !== undefined) return (await audit.ofRequest(query.requestId))[0]?.trace_id;
  if (query.deliveryId === undefined) return undefined;
  return (await deliveries.find(query.deliveryId, query.organizationId)).trace_id;
}

/** A call or a delivery without a trace stands for itself. */
async function alone(
  parts: Parts,
  { requestId, deliveryId, organizationId }: TimelineQuery,
): Promise<Timeline> {
  if (deliveryId !== undefined) {
    const delivery = await parts.deliveries.find(deliveryId, organizationId);
    const calls = await callsAfter(parts.audit, delivery);
    return { traceId: null, steps: [{ kind: "delivery", matchedBy: "trace", delivery }, ...calls] };
  }
  const steps = (await parts.audit.ofRequest(requestId ?? "")).map(
    (call): TimelineStep => ({ kind: "call", matchedBy: "trace", call }),
  );
  const own = steps.filter((step) => belongs(step, organizationId));
  if (own.length === 0) throw new Refusal(404, "not_found", "Nothing is known of that.");
  return { traceId: null, steps: own };
}

async function callsAfter(audit: AuditLog, delivery: DeliveryView): Promise<readonly TimelineStep[]> {
  const from = new Date(delivery.sent_at);
  const to = new Date(from.getTime() + untracedMilliseconds);
  const calls = await audit.untraced(delivery.installed_app_id, from.toISOString(), to.toISOString());
  return calls
    .filter(({ api_key_prefix: key }) => key !== null)
    .map((call) => ({ kind: "call", matchedBy: "key_and_time", call }));
}

/** Two deliveries of one trace can be followed by the same call. */
function onlyOnce(steps: readonly TimelineStep[]): readonly TimelineStep[] {
  const byRequest = new Map(steps.map((step) => [idOf(step), step]));
  return [...byRequest.values()];
}

function idOf(step: TimelineStep): string {
  return step.kind === "call" ? step.call.request_id : step.delivery.delivery_id;
}

function belongs(step: TimelineStep, organizationId: string | undefined): boolean {
  const whose = step.kind === "call" ? step.call.organization_id : step.delivery.organization_id;
  return organizationId === undefined || whose === organizationId;
}

function causeOf(step: TimelineStep, steps: readonly TimelineStep[]): TimelineStep | undefined {
  const { parent_id: parent } = recordOf(step);
  return parent === null ? undefined : steps.find((each) => recordOf(each).span_id === parent);
}

function recordOf(step: TimelineStep): AuditRow | DeliveryView {
  return step.kind === "call" ? step.call : step.delivery;
}

/** A call is recorded when it ends; it began so much earlier. */
function startOf(step: TimelineStep): number {
  if (step.kind === "delivery") return Date.parse(step.delivery.sent_at);
  return Date.parse(step.call.time) - step.call.duration_ms;
}
