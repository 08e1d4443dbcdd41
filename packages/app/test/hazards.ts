/**
 * Handlers as people write them on a bad day, and as no compiler would let them:
 * whatever they answer, throw or forget, the app goes on and says what it was.
 */
import type { App, PortalAnswer } from "../src/index.ts";

/** What a handler may answer, and the status that the page gets for it. */
export const answers: Readonly<Record<string, readonly [status: number, answer: () => unknown]>> = {
  "a status beyond all": [500, () => ({ status: 1000, json: {} })],
  "a status that is a text": [500, () => ({ status: "200", json: {} })],
  "a status of no answer": [500, () => ({ status: 101, json: {} })],
  "no status": [500, () => ({ status: undefined, json: {} })],
  nothing: [500, () => undefined],
  null: [500, () => null],
  "a text": [500, () => "done"],
  "an empty object": [500, () => ({})],
  "a value that JSON does not have": [500, () => ({ status: 200, json: undefined })],
  "a function": [500, () => ({ status: 200, json: () => 1 })],
  "no content": [204, () => ({ status: 204, json: undefined })],
  "no content with content": [204, () => ({ status: 204, json: { ignored: true } })],
  "a circle": [
    500,
    () => {
      const circle: Record<string, unknown> = {};
      circle["self"] = circle;
      return { status: 200, json: circle };
    },
  ],
  "a depth beyond the stack": [
    500,
    () => {
      let deep: unknown = 1;
      for (let level = 0; level < 200_000; level += 1) deep = [deep];
      return { status: 200, json: deep };
    },
  ],
  "a getter that throws": [500, () => ({ status: 200, json: throwing })],
  "a toJSON that throws": [500, () => ({ status: 200, json: { toJSON: fail } })],
  "an answer whose status throws": [
    500,
    () => ({
      json: {},
      get status() {
        return fail();
      },
    }),
  ],
  "a big integer": [200, () => ({ status: 200, json: 5n })],
  "a response of status 0": [500, () => Response.error()],
  "a response that was read": [
    500,
    async () => {
      const response = new Response("read");
      await response.text();
      return response;
    },
  ],
  "a response with a locked body": [
    500,
    () => {
      const response = new Response("locked");
      response.body?.getReader();
      return response;
    },
  ],
  "a stream that is broken from the start": [
    500,
    () => new Response(new ReadableStream({ start: (c) => c.error(new Error("broken")) })),
  ],
  "a stream whose reading throws": [500, () => new Response(new ReadableStream({ pull: fail }))],
  "a stream of numbers": [
    500,
    () =>
      new Response(
        new ReadableStream({
          start: (c) => {
            c.enqueue(5);
            c.close();
          },
        }),
      ),
  ],
  "a rejection": [500, () => Promise.reject(new Error("rejected"))],
  "a rejection with nothing": [500, () => Promise.reject(undefined)],
  "a thenable that throws": [
    500,
    () => ({
      // biome-ignore lint/suspicious/noThenProperty: awaiting it is what a handler's answer goes through.
      get then() {
        return fail();
      },
    }),
  ],
};

/** What a handler may throw. */
export const thrown: Readonly<Record<string, () => unknown>> = {
  nothing: () => undefined,
  null: () => null,
  "a text": () => "no",
  "a number": () => 404,
  "an object without a prototype": () => Object.create(null),
  "an error that cannot be read": () =>
    new Proxy(new Error("no"), {
      get: fail,
      getPrototypeOf: fail,
    }),
  "an error with a throwing message": () => Object.defineProperty(new Error(), "message", { get: fail }),
  "a symbol": () => Symbol("no"),
  "a function that cannot be read": () => new Proxy(() => undefined, { get: fail, getPrototypeOf: fail }),
  "a class with a throwing field": () => Object.defineProperty(class {}, "outcome", { get: fail }),
};

const throwing = {
  get field(): never {
    return fail();
  },
};

function fail(): never {
  throw new Error("on purpose");
}

/** Routes for all of them, for a stream that breaks in the middle, events that never come, and a promise that nobody awaits. */
export function registerHazards(app: App): void {
  app.portal
    // What a compiler would refuse is the point.
    .get("/api/answers/:name", {}, (c) => answers[c.param("name")]?.[1]() as PortalAnswer)
    .get("/api/throws/:name", {}, (c) => {
      throw thrown[c.param("name")]?.();
    })
    .get("/api/breaks", {}, () => new Response(breakingStream()))
    .get(
      "/api/events",
      {},
      () => new Response(new ReadableStream(), { headers: { "content-type": "text/event-stream" } }),
    )
    .get("/api/takes-a-while", {}, async (c) => {
      c.log.info("This takes a while.");
      await new Promise((resolve) => setTimeout(resolve, 300));
      return c.json({});
    })
    .get("/api/forgets", {}, (c) => {
      void Promise.reject(new Error("nobody awaits this"));
      return c.json({});
    });
}

function breakingStream(): ReadableStream<Uint8Array> {
  let parts = 0;
  return new ReadableStream({
    pull: (controller) => {
      parts += 1;
      if (parts === 3) throw new Error("broken in the middle");
      controller.enqueue(new TextEncoder().encode("part "));
    },
  });
}
