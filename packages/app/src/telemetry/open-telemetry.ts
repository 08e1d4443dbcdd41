/** What is told to OpenTelemetry, by its API. */
import {
  type Context,
  context,
  isSpanContextValid,
  type Meter,
  metrics,
  type Span as OpenSpan,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { type Instrument, type InstrumentName, instruments } from "./instruments.ts";
import type { Attributes, Span, SpanDescription, Telemetry } from "./interface.ts";
import { noSpan } from "./no-span.ts";

const scope = "@annex/app";
const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

/** Tells what is registered at this moment. What fails in there is no reason for the app to fail. */
export function openTelemetry(): Telemetry {
  const tracer = trace.getTracer(scope);
  const recorders = createRecorders(metrics.getMeter(scope));
  return {
    spanned: (description, work) => {
      const parent = parentOf(description);
      const span = quietly(() => startSpan(tracer, description, parent));
      if (span === undefined) return work(noSpan);
      return context.with(trace.setSpan(parent, span), () => finished(span, work));
    },
    note: (attributes) => {
      quietly(() => trace.getActiveSpan()?.setAttributes(attributes));
    },
    currentTrace: () => quietly(() => traceparentOf(trace.getActiveSpan())),
    measure: (instrument, value, attributes) => {
      quietly(() => recorders[instrument](value, attributes));
    },
  };
}

function quietly<Value>(tell: () => Value): Value | undefined {
  try {
    return tell();
  } catch {
    return undefined;
  }
}

/** Where a span of this process is under way already, such as one of an instrumented server, it is the parent. */
function parentOf({ parent, cause }: SpanDescription): Context {
  const now = context.active();
  if (cause !== undefined) return trace.deleteSpan(now);
  const remote = trace.getSpan(now) === undefined ? parseTraceparent(parent) : undefined;
  return remote === undefined ? now : trace.setSpanContext(now, remote);
}

function startSpan(tracer: Tracer, { name, kind, attributes, cause }: SpanDescription, parent: Context) {
  const linked = parseTraceparent(cause);
  const links = linked === undefined ? [] : [{ context: linked }];
  return tracer.startSpan(name, { kind: kinds[kind], attributes, links }, parent);
}

/** Ends the span with the work, be it at once or later. */
function finished<Value>(span: OpenSpan, work: (span: Span) => Value): Value {
  const end = () => quietly(() => span.end());
  const fail = (error: unknown) => {
    failed(span, nameOf(error));
    end();
  };
  let value: Value;
  try {
    value = work(spanOf(span));
  } catch (error) {
    fail(error);
    throw error;
  }
  // Who does the work gets its own promise back; this one only looks on.
  if (value instanceof Promise) value.then(end, fail);
  else end();
  return value;
}

function spanOf(span: OpenSpan): Span {
  return {
    note: (attributes) => {
      quietly(() => span.setAttributes(attributes));
    },
    rename: (name) => {
      quietly(() => span.updateName(name));
    },
    fail: (type) => failed(span, type),
    traceparent: quietly(() => traceparentOf(span)),
  };
}

function failed(span: OpenSpan, type: string): void {
  quietly(() => span.setAttribute("error.type", type).setStatus({ code: SpanStatusCode.ERROR }));
}

/** A code or a class: what is wrong is in the log, where secrets are masked. */
function nameOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  return (
    ([code, name].find(
      (word) => typeof word === "string" && /^[A-Za-z0-9_.@-]{1,80}$/.test(word),
    ) as string) ?? "_OTHER"
  );
}

const traceparentForm = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

function parseTraceparent(text: string | undefined): SpanContext | undefined {
  const match = traceparentForm.exec(text ?? "");
  if (match === null) return undefined;
  const [, traceId = "", spanId = "", flags = "00"] = match;
  const parsed = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(parsed) ? parsed : undefined;
}

function traceparentOf(span: OpenSpan | undefined): string | undefined {
  const found = span?.spanContext();
  if (found === undefined || !isSpanContextValid(found)) return undefined;
  return `00-${found.traceId}-${found.spanId}-0${found.traceFlags & 1}`;
}

type Record = (value: number, attributes: Attributes) => void;

function createRecorders(meter: Meter): Readonly<{ [Name in InstrumentName]: Record }> {
  const entries = Object.entries<Instrument>(instruments).map(
    ([name, instrument]) => [name, recorderOf(meter, name, instrument)] as const,
  );
  return Object.fromEntries(entries) as { [Name in InstrumentName]: Record };
}

function recorderOf(meter: Meter, name: string, { kind, unit, description, boundaries }: Instrument): Record {
  if (kind === "histogram") {
    const advice = boundaries === undefined ? {} : { advice: { explicitBucketBoundaries: [...boundaries] } };
    const histogram = meter.createHistogram(name, { unit, description, ...advice });
    return (value, attributes) => histogram.record(value, attributes);
  }
  const options = { unit, description };
  const counter =
    kind === "counter" ? meter.createCounter(name, options) : meter.createUpDownCounter(name, options);
  return (value, attributes) => counter.add(value, attributes);
}
