/** What collectors are told of an app, by the real SDK: which spans, which metrics, and nothing secret. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { context, metrics, SpanKind, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { expect, onTestFinished, test } from "vitest";
import {
  callbackSecret,
  installBody,
  pathOf,
  sessionIn,
  type TestOptions,
  testApp,
} from "../../test/support.ts";
import { instruments } from "./instruments.ts";

/** Registers the SDK for the length of a test, as a program does before it loads the app. */
function collect() {
  const spans = new InMemorySpanExporter();
  const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const contexts = new AsyncLocalStorageContextManager();
  context.setGlobalContextManager(contexts.enable());
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }),
  );
  metrics.setGlobalMeterProvider(meterProvider);
  onTestFinished(async () => {
    trace.disable();
    metrics.disable();
    context.disable();
    await meterProvider.shutdown();
  });
  const pointsOf = async () => {
    await reader.forceFlush();
    return measured
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  };
  return { spans: () => spans.getFinishedSpans(), pointsOf };
}

const planted = "planted_card_number_4242";
const outside = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };

/** An app that uses everything that is told of, against a Cloud that notes the traces it is sent. */
function busyApp() {
  const sent: (string | null)[] = [];
  const done = Promise.withResolvers<void>();
  const cloud: typeof fetch = async (_input, init) => {
    sent.push(new Headers(init?.headers).get("traceparent"));
    return new Response('{"data":[],"total":0}', { headers: { "content-type": "application/json" } });
  };
  const define: TestOptions["define"] = (app) => {
    const count = app.job("count", {}, async ({ step, cloud }) => {
      await step(`charge ${planted}`, () => 1);
      await cloud.data.ledgers.list();
      done.resolve();
    });
    app.onInstall(async ({ jobs }) => {
      await jobs.start(count);
    });
    app.portal
      .get("/api/ledgers/:id", async (c) => c.json(await c.cloud.data.ledgers.list()))
      .get("/api/fails", () => {
        throw new Error(planted);
      });
  };
  return { ...testApp({ define, fetch: cloud }), sent, done: done.promise };
}

async function exercised() {
  const told = collect();
  const app = busyApp();
  const traceparent = `00-${outside.traceId}-${outside.spanId}-01`;
  await app.callback(installBody(), { "content-type": "application/json", traceparent });
  const launched = await app.launch();
  await app.launch({ instance_id: "inst_other" });
  const page = await app.get(pathOf(String(launched.json["portal_url"])), { accept: "text/html" });
  const session = sessionIn(page.text);
  await app.call("GET", `/portal/api/ledgers/${planted}?x=${planted}`, session);
  await app.call("GET", "/portal/api/fails", session);
  await app.get(`/cloud/${callbackSecret}/elsewhere`);
  await app.get(`/${planted}`);
  await app.done;
  const runs = () => told.spans().filter(({ kind }) => kind === SpanKind.CONSUMER);
  await expect.poll(() => runs().length, { timeout: 30_000 }).toBe(2);
  return {
    ...told,
    app,
    tokens: [session, new URL(String(launched.json["portal_url"])).searchParams.get("token")],
  };
}

const named = (spans: readonly ReadableSpan[], name: string) => {
  const found = spans.find((span) => span.name === name);
  if (found === undefined)
    throw new Error(`No span ${name} among ${spans.map((span) => span.name).join(", ")}`);
  return found;
};
const traceOf = (span: ReadableSpan) => span.spanContext().traceId;

test("each request, run, step and call to Cloud has a span, and the trace goes through all of them", async () => {
  const { spans, app } = await exercised();
  const all = spans();
  const callback = named(all, "POST /cloud/:secret/callback");
  expect(callback.attributes).toEqual({
    "http.request.method": "POST",
    "http.route": "/cloud/:secret/callback",
    "http.response.status_code": 200,
    "url.scheme": "https",
    "annex.installation.id": "instapp_1",
    "annex.event.kind": "install",
    "annex.event.because": "installed",
  });
  expect(traceOf(callback)).toBe(outside.traceId);
  expect(callback.parentSpanContext?.spanId).toBe(outside.spanId);
  const hook = named(all, "process @on-install");
  const run = named(all, "process count");
  // Some time lies between, so they are traces of their own, linked to what caused them.
  expect(hook.links.map(({ context: cause }) => cause.spanId)).toEqual([callback.spanContext().spanId]);
  expect(run.links.map(({ context: cause }) => cause.spanId)).toEqual([hook.spanContext().spanId]);
  expect(new Set([callback, hook, run].map(traceOf)).size).toBe(3);
  expect(run.attributes).toMatchObject({
    "messaging.destination.name": "count",
    "messaging.operation.type": "process",
    "annex.run.outcome": "completed",
    "annex.installation.id": "instapp_1",
  });
  expect(traceOf(named(all, "step of count"))).toBe(traceOf(run));
  const calls = all.filter(({ kind }) => kind === SpanKind.CLIENT);
  expect(calls.map(({ name }) => name)).toEqual(["GET /data/ledgers", "GET /data/ledgers"]);
  const portalCall = named(all, "GET /portal/api/ledgers/:id");
  expect(new Set(calls.map(traceOf))).toEqual(new Set([run, portalCall].map(traceOf)));
  expect(app.sent.toSorted()).toEqual(
    calls.map((span) => `00-${traceOf(span)}-${span.spanContext().spanId}-01`).toSorted(),
  );
  const failed = named(all, "GET /portal/api/fails");
  expect([failed.status.code, failed.attributes["error.type"]]).toEqual([2, "500"]);
  const launches = all.filter(({ name }) => name === "POST /cloud/:secret/portal");
  expect(launches.map(({ attributes }) => attributes["annex.launch.outcome"])).toEqual([
    "link",
    "installation_mismatch",
  ]);
  for (const name of ["GET /portal/enter", "GET"]) named(all, name);
});

test("nothing secret is told: no address as it was sent, no key, no token, no message", async () => {
  const { spans, pointsOf, tokens, app } = await exercised();
  const told = JSON.stringify([
    spans().map(({ name, attributes, events, status, links }) => ({
      name,
      attributes,
      events,
      status,
      links,
    })),
    await pointsOf(),
  ]);
  expect(told).toContain("instapp_1");
  for (const secret of [callbackSecret, ...tokens, "planted_key", "annexs_", "annexl_"])
    expect(told).not.toContain(secret);
  // The name of a step is the author's own and is told in its span, nowhere else.
  expect(told.split(planted)).toHaveLength(2);
  expect(app.log()).not.toContain(callbackSecret);
});

/** How Prometheus names what it is given. */
function inPrometheus(name: string, { kind, unit }: { readonly kind: string; readonly unit: string }) {
  const base = `${name.replaceAll(".", "_")}${unit === "s" ? "_seconds" : ""}`;
  if (kind === "histogram") return ["bucket", "count", "sum"].map((part) => `${base}_${part}`);
  return [kind === "counter" ? `${base}_total` : base];
}

test("every metric and every label of the board is one that an app tells", async () => {
  const { pointsOf } = await exercised();
  const points = await pointsOf();
  expect(points.map(({ descriptor }) => descriptor.name).toSorted()).toEqual(
    Object.keys(instruments).toSorted(),
  );
  const names = Object.entries(instruments).flatMap(([name, instrument]) => inPrometheus(name, instrument));
  const attributes = points.flatMap(({ dataPoints }) =>
    dataPoints.flatMap((point) => Object.keys(point.attributes)),
  );
  const labels = new Set(["le", "job", ...attributes.map((key) => key.replaceAll(".", "_"))]);
  const board = readFileSync(
    join(import.meta.dirname, "../../../../docs/operations/grafana-board.json"),
    "utf8",
  );
  const expressions = [...board.matchAll(/"expr": "((?:[^"\\]|\\.)*)"/g)].map(([, text]) =>
    JSON.parse(`"${text}"`),
  );
  const used = expressions.flatMap((text: string) =>
    [...text.matchAll(/([a-z_]+)\{/g)].map(([, name]) => name),
  );
  expect(new Set(used).size).toBeGreaterThanOrEqual(Object.keys(instruments).length);
  expect(used.filter((name) => !names.includes(String(name)))).toEqual([]);
  const asked = expressions.flatMap((text: string) =>
    [...text.matchAll(/by \(([^)]*)\)|([a-z_]+)(?:=|!=|=~)"/g)].flatMap(
      ([, by, label]) => by?.split(", ") ?? [label],
    ),
  );
  expect(asked.filter((label) => !labels.has(String(label)))).toEqual([]);
});

test("who registers nothing is told nothing, and a wrong trace context counts as none", async () => {
  const app = busyApp();
  await app.callback(installBody(), { "content-type": "application/json", traceparent: "00-zz-zz-01" });
  await app.done;
  expect(app.sent).toEqual([null]);
});

test("a collector that fails takes nothing along", async () => {
  const broken = new Proxy(
    {},
    {
      get: () => () => {
        throw new Error("broken");
      },
    },
  );
  trace.setGlobalTracerProvider({ getTracer: () => broken as never });
  metrics.setGlobalMeterProvider({
    getMeter: () =>
      ({
        createHistogram: () => broken,
        createCounter: () => broken,
        createUpDownCounter: () => broken,
      }) as never,
  });
  onTestFinished(() => {
    trace.disable();
    metrics.disable();
  });
  const app = busyApp();
  expect((await app.callback(installBody())).status).toBe(200);
  await app.done;
});
