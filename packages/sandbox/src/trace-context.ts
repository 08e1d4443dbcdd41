/**
 * W3C trace context: what belongs to one click carries one trace id, from the dashboard through the app's own
 * calls to the ledger. https://www.w3.org/TR/trace-context/
 */
import type { Surroundings } from "./surroundings.ts";

/** One step of a trace, and the step that caused it. */
export type TraceContext = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
};

const headerForm = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}(-|$)/;
const traceBytes = 16;
const spanBytes = 8;
const sampled = "01";

/** The header's name. */
export const traceHeader = "traceparent";

/**
 * The step that a request is, within the trace that its header names.
 *
 * @returns nothing where there is no header, or one of another form: the trace is another's then, or none.
 */
export function traceOf(
  header: string | null | undefined,
  { random }: Pick<Surroundings, "random">,
): TraceContext | undefined {
  const [, traceId = "", parentId = ""] = headerForm.exec(header ?? "") ?? [];
  if (/^0*$/.test(traceId) || /^0*$/.test(parentId)) return undefined;
  return { traceId, spanId: hex(random(spanBytes)), parentId };
}

/** The first step of a new trace. */
export function newTrace({ random }: Pick<Surroundings, "random">): TraceContext {
  return { traceId: hex(random(traceBytes)), spanId: hex(random(spanBytes)), parentId: null };
}

/** A step that another one causes. */
export function childOf(trace: TraceContext, { random }: Pick<Surroundings, "random">): TraceContext {
  return { traceId: trace.traceId, spanId: hex(random(spanBytes)), parentId: trace.spanId };
}

/**
 * The header that tells whoever is called which step called him.
 *
 * @example
 * ```ts
 * traceparent(newTrace(tools)); // "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
 * ```
 */
export function traceparent({ traceId, spanId }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
