import { type Attributes, type Span, type SpanStatus, type Tracer, trace } from "@opentelemetry/api";
import { expect, onTestFinished, test } from "vitest";
import { callbackSecret, installBody, testApp } from "../test/support.ts";

type Recorded = { readonly name: string; attributes: Attributes; status?: SpanStatus; ended: boolean };

/** Registers a tracer that keeps what it is given. */
function recordSpans(): readonly Recorded[] {
  const spans: Recorded[] = [];
  const startActiveSpan = (
    name: string,
    options: { attributes: Attributes },
    work: (span: Span) => unknown,
  ) => {
    const recorded: Recorded = { name, attributes: options.attributes, ended: false };
    spans.push(recorded);
    const span: Partial<Span> = {
      setAttribute: (key, value) => {
        recorded.attributes = { ...recorded.attributes, [key]: value };
        return span as Span;
      },
      setStatus: (status) => {
        recorded.status = status;
        return span as Span;
      },
      end: () => {
        recorded.ended = true;
      },
    };
    return work(span as Span);
  };
  trace.setGlobalTracerProvider({ getTracer: () => ({ startActiveSpan }) as unknown as Tracer });
  onTestFinished(() => trace.disable());
  return spans;
}

test("each request has a span that names its door and nothing secret", async () => {
  const spans = recordSpans();
  const app = testApp({
    define: (app) =>
      app.portal.get("/api/fails", {}, () => {
        throw new Error("no");
      }),
  });
  await app.callback(installBody());
  await app.call("GET", "/portal/api/fails", await app.enter());
  expect(spans.map(({ name, attributes }) => [name, attributes["http.response.status_code"]])).toEqual([
    ["annex callback", 200],
    ["annex launch", 200],
    ["annex portal page", 200],
    ["annex portal call", 500],
  ]);
  expect(spans.every(({ ended }) => ended)).toBe(true);
  expect(spans.at(-1)?.status).toEqual({ code: 2 });
  expect(JSON.stringify(spans)).not.toMatch(new RegExp(`${callbackSecret}|annex[ls]_|planted`));
});
