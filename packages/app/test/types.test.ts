/**
 * Types are part of the interface: right programs, which run here, and wrong ones,
 * which `npm run check` sees refused (each `@ts-expect-error` fails it when they are not).
 */
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  AppError,
  type CloudClient,
  type ErrorStateCode,
  errorState,
  type Portal,
  type PortalContext,
  type PortalHandler,
} from "../src/index.ts";
import { installBody, testApp } from "./support.ts";

test("right programs say what they do, and do it", async () => {
  const shared: PortalHandler = (c) => c.json({ user: c.user.userId ?? null });
  const app = testApp({
    define: ({ portal }) =>
      portal
        .get("/api/plain", (c) => c.json([1n, null]))
        .get("/api/runs/:runId/steps/:step", (c) => c.json([c.param("runId"), c.param("step")]))
        .get("/api/numbered/:id{[0-9]+}", (c) => c.json(c.param("id")))
        .patch("/api/money", {}, async (c) => {
          const { minor } = await c.body(z.object({ minor: z.bigint() }));
          expectTypeOf(minor).toEqualTypeOf<bigint>();
          return c.json({ next: minor + 1n }, 201);
        })
        .post("/api/parts", async (c) => {
          const parts = await c.body(z.array(z.union([z.object({ minor: z.bigint() }), z.string()])));
          return c.json(parts.map((part) => (typeof part === "string" ? part : part.minor * 2n)));
        })
        .put("/api/shared", shared)
        .delete("/api/plain", (c) => c.noContent()),
  });
  await app.callback(installBody());
  const session = await app.enter();
  const call = async (method: string, path: string, body?: unknown) => {
    const { status, text } = await app.call(method, `/portal/api${path}`, session, body);
    return [status, text];
  };
  expect(await call("GET", "/plain")).toEqual([200, "[1,null]"]);
  expect(await call("GET", "/runs/run_1/steps/a%2Fb")).toEqual([200, '["run_1","a/b"]']);
  expect(await call("GET", "/numbered/12")).toEqual([200, '"12"']);
  // A schema for money refused 5, and took 5 quintillions.
  expect(await call("PATCH", "/money", { minor: 5 })).toEqual([201, '{"next":6}']);
  expect(await call("PATCH", "/money", '{"minor":123456789012345678901}')).toEqual([
    201,
    '{"next":123456789012345678902}',
  ]);
  expect((await call("PATCH", "/money", { minor: 5.5 }))[0]).toBe(422);
  expect((await call("PATCH", "/money", { minor: "5" }))[0]).toBe(422);
  expect(await call("POST", "/parts", ["a", { minor: 4 }, { minor: -1 }])).toEqual([200, '["a",8,-2]']);
  expect(await call("PUT", "/shared")).toEqual([200, '{"user":"user_1"}']);
  expect(await call("DELETE", "/plain")).toEqual([204, ""]);
});

test("a state of an error is one of a closed set", () => {
  expect(exhaustive(errorState("rate_limited").state ?? "app_failed")).toBe("rate_limited");
  const own = new AppError({
    code: "no_such_run",
    status: 404,
    whatHappened: "There is none.",
    whatToDo: "Go back.",
  });
  expect(own.state).toBeUndefined();
  expect(() => new AppError({ code: "x", status: 1000, whatHappened: "", whatToDo: "" })).toThrow(TypeError);
});

test("a route without a handler is refused where it is registered", () => {
  expect(() =>
    testApp({ define: ({ portal }) => portal.get("/api/x", {} as unknown as PortalHandler) }),
  ).toThrow("The route GET /api/x has no handler.");
});

test("wrong programs do not compile", () => {
  // The compiler is what looks at them.
  expect(wrong).toHaveLength(2);
});

/** Each state by its own line: a new one fails to compile until it is here. */
function exhaustive(state: ErrorStateCode): string {
  switch (state) {
    case "missing_permission":
    case "instance_unavailable":
    case "app_uninstalled":
    case "session_expired":
    case "session_unknown":
    case "provider_unreachable":
    case "key_revoked":
    case "suspended":
    case "outcome_unknown":
    case "user_not_allowed":
    case "rate_limited":
    case "app_failed":
      return state;
  }
}

/** Wrong programs. Never run. */
function wrong(portal: Portal, c: PortalContext<"runId">): void {
  // @ts-expect-error a parameter that the path does not have
  portal.get("/api/runs/:runId", (context) => context.json(context.param("runID")));
  // @ts-expect-error a path without parameters
  portal.get("/api/runs", (context) => context.json(context.param("runId")));
  // @ts-expect-error no handler
  portal.get("/api/runs", {});
  // @ts-expect-error a permission that does not exist
  portal.get("/api/runs", { requires: ["data:delete"] }, (context) => context.json(1));
  // @ts-expect-error an answer that is none
  portal.get("/api/runs", () => "done");
  // @ts-expect-error nothing is no JSON
  c.json(undefined);
  // @ts-expect-error 204 has no body
  c.json({}, 204);
  // @ts-expect-error a status beyond all
  c.json({}, 1000);
  // @ts-expect-error a status that says nothing yet
  c.json({}, 101);
  // @ts-expect-error there is no way to another installation from here
  c.installations;
  expectTypeOf(c.cloud).toEqualTypeOf<CloudClient>();
}
