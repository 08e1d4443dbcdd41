/** What is told of a piece of work, and to whom. */
import type { InstrumentName } from "./instruments.ts";

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A span to be made around a piece of work. */
export type SpanDescription = {
  /** Of few different texts, as tools group by it. */
  readonly name: string;
  readonly kind: "server" | "client" | "consumer" | "internal";
  readonly attributes: Attributes;
  /** A `traceparent` of the caller, who is in another process; what runs around the work unless given. */
  readonly parent?: string | undefined;
  /** A `traceparent` of what caused the work some time ago: linked, and the span begins a trace of its own. */
  readonly cause?: string | undefined;
};

/** What is told of a piece of work while it goes on. */
export type Span = {
  note(attributes: Attributes): void;
  rename(name: string): void;
  /** It failed; `type` is a code or a status, never a message. */
  fail(type: string): void;
  /** The `traceparent` that goes along with what it sends. */
  readonly traceparent: string | undefined;
};

/** What spans and metrics are given to. */
export type Telemetry = {
  spanned<Value>(description: SpanDescription, work: (span: Span) => Value): Value;
  /** Adds attributes to the span of what runs now. */
  note(attributes: Attributes): void;
  /** The `traceparent` of what runs now. */
  currentTrace(): string | undefined;
  measure(instrument: InstrumentName, value: number, attributes: Attributes): void;
};
