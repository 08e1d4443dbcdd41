/** The span and the duration of each call to Cloud, which carries the trace on (W3C trace context). */
import { isTold, measure, secondsSince, spanned } from "./index.ts";

/** The same `fetch` with a span around each call; the same itself where nobody listens. */
export function tracedFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  if (!isTold()) return fetch;
  return (input, init) => {
    const { method, url } = asked(input, init);
    const template = templateOf(url.pathname);
    const attributes = {
      "http.request.method": method,
      "server.address": url.hostname,
      "server.port": Number(url.port) || (url.protocol === "http:" ? 80 : 443),
      "url.template": template,
    };
    const began = performance.now();
    const tell = (outcome: Readonly<Record<string, string | number>>) =>
      measure("http.client.request.duration", secondsSince(began), { ...attributes, ...outcome });
    return spanned({ name: `${method} ${template}`, kind: "client", attributes }, async (span) => {
      try {
        const response = await fetch(input, carrying(init, span.traceparent));
        const { status } = response;
        span.note({ "http.response.status_code": status });
        if (status >= 400) span.fail(String(status));
        const failure = status >= 400 ? { "error.type": String(status) } : {};
        tell({ "http.response.status_code": status, ...failure });
        return response;
      } catch (error) {
        tell({ "error.type": error instanceof Error ? error.name : "_OTHER" });
        throw error;
      }
    });
  };
}

function asked(input: Parameters<typeof fetch>[0], init: RequestInit | undefined) {
  const address = typeof input === "string" || input instanceof URL ? input : input.url;
  return { method: init?.method ?? "GET", url: new URL(address) };
}

function carrying(init: RequestInit | undefined, traceparent: string | undefined): RequestInit | undefined {
  if (traceparent === undefined) return init;
  const headers = new Headers(init?.headers);
  headers.set("traceparent", traceparent);
  return { ...init, headers };
}

// Families and resources are words of Cloud's; what comes behind them may be anybody's.
function templateOf(path: string): string {
  const words = path.split("/").filter((word) => word !== "");
  const known = words.slice(0, 2).map((word) => (/^[a-z][a-z-]{0,30}$/.test(word) ? word : ":id"));
  return `/${known.join("/")}${words.length > 2 ? "/*" : ""}`;
}
