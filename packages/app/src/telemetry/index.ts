/**
 * Traces and metrics for who collects them, by OpenTelemetry's semantic conventions: a span for each request (events,
 * launches, pages, portal calls), each run of a job, each step and each call to Cloud, and the metrics of
 * `instruments.ts`. Where the process has registered nothing with @opentelemetry/api, nothing is loaded and every
 * function here is an empty one. As in OpenTelemetry itself, what is registered counts for the whole process.
 *
 * A span or a metric never holds a path or a query as it was sent, a header, or anything secret: the two URLs that Cloud
 * knocks at are capabilities, and a link's token is a session. Touches nothing but @opentelemetry/api.
 */
import type { InstrumentName } from "./instruments.ts";
import type { Attributes, Span, SpanDescription, Telemetry } from "./interface.ts";
import { noSpan } from "./no-span.ts";

const silent: Telemetry = {
  spanned: (_description, work) => work(noSpan),
  note: () => undefined,
  currentTrace: () => undefined,
  measure: () => undefined,
};

let telemetry = silent;

// The key under which every copy of the API finds what was registered with any of them.
const registry = Symbol.for("opentelemetry.js.api.1");

/** Begins to tell, if anything is registered; asked whenever an app is opened. */
export async function beginTelemetry(): Promise<void> {
  const registered = (globalThis as { readonly [registry]?: Readonly<Record<string, unknown>> })[registry];
  if (registered?.["trace"] === undefined && registered?.["metrics"] === undefined) {
    telemetry = silent;
    return;
  }
  const { openTelemetry } = await import("./open-telemetry.ts");
  telemetry = openTelemetry();
}

/** Whether anybody listens. */
export function isTold(): boolean {
  return telemetry !== silent;
}

/** Does a piece of work inside a span. */
export function spanned<Value>(description: SpanDescription, work: (span: Span) => Value): Value {
  return telemetry.spanned(description, work);
}

/** Adds attributes to the span of what runs now. */
export function note(attributes: Attributes): void {
  telemetry.note(attributes);
}

/** The `traceparent` of what runs now, to be stored with what it causes. */
export function currentTrace(): string | undefined {
  return telemetry.currentTrace();
}

/** Adds a value to an instrument: seconds, or a count. */
export function measure(instrument: InstrumentName, value: number, attributes: Attributes): void {
  telemetry.measure(instrument, value, attributes);
}

/** What names an installation in a span. */
export function installationAttributes(installedAppId: string): Attributes {
  return { "annex.installation.id": installedAppId };
}

/** Seconds since a moment of `performance.now()`. */
export function secondsSince(began: number): number {
  return (performance.now() - began) / 1000;
}
