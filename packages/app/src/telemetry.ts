/**
 * Traces for who collects them: a span for each request, named by its door, under
 * the tracer that the process has registered with @opentelemetry/api. Where none
 * is registered nothing is loaded and nothing is wrapped. A span holds the method,
 * the door and the status; never a path, a query or a header.
 */
import type { Handle } from "./exchange.ts";

type OpenTelemetry = typeof import("@opentelemetry/api");

// Where the API keeps what was registered; it is there only if somebody did.
const registered = Symbol.for("opentelemetry.js.api.1");

/** The API, if anything is registered with it. */
export async function loadTelemetry(): Promise<OpenTelemetry | undefined> {
  return registered in globalThis ? import("@opentelemetry/api") : undefined;
}

/** The same handler with a span around each request. */
export function traced(handle: Handle, telemetry: OpenTelemetry | undefined, appName: string): Handle {
  if (telemetry === undefined) return handle;
  const { trace, SpanKind, SpanStatusCode } = telemetry;
  const tracer = trace.getTracer("@annex/app");
  return (exchange) => {
    const door = doorOf(exchange.path);
    const attributes = { "annex.app": appName, "annex.door": door, "http.request.method": exchange.method };
    return tracer.startActiveSpan(`annex ${door}`, { kind: SpanKind.SERVER, attributes }, async (span) => {
      try {
        const answer = await handle(exchange);
        span.setAttribute("http.response.status_code", answer.status);
        if (answer.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        return answer;
      } finally {
        span.end();
      }
    });
  };
}

function doorOf(path: string): string {
  if (path.startsWith("/cloud/")) return path.endsWith("/portal") ? "launch" : "callback";
  if (path.startsWith("/portal/api/")) return "portal call";
  if (path.startsWith("/portal")) return "portal page";
  return "other";
}
