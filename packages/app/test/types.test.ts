/**
 * Types are part of the interface: right programs, which run here. Those that the compiler alone has to tell apart are
 * in `programs.ts`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { AppError, errorState, isKnownErrorCode, type PortalHandler } from "../src/index.ts";
import { right } from "./programs.ts";
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
  expect(right.states(errorState("rate_limited").state ?? "app_failed")).toBe("rate_limited");
  const own = new AppError({
    code: "no_such_order",
    status: 404,
    whatHappened: "There is none.",
    whatToDo: "Go back.",
  });
  expect(own.state).toBeUndefined();
  expect(["rate_limited", "invalid_body", "no_such_order"].map(isKnownErrorCode)).toEqual([
    true,
    true,
    false,
  ]);
  expect(() => new AppError({ code: "x", status: 1000, whatHappened: "", whatToDo: "" })).toThrow(TypeError);
  const wordless = { code: "x", status: 400, whatToDo: "" } as ConstructorParameters<typeof AppError>[0];
  expect(() => new AppError(wordless)).toThrow("whatHappened");
});

test("a route without a handler is refused where it is registered", () => {
  expect(() =>
    testApp({ define: ({ portal }) => portal.get("/api/x", {} as unknown as PortalHandler) }),
  ).toThrow("The route GET /api/x has no handler.");
});

// A code that a page cannot name is one that it cannot handle.
test("every code of a refused call is a known one", () => {
  const folders = ["portal", "data", "secrets", "lifecycle", "errors"];
  const files = [
    ...folders.flatMap((folder) => filesIn(new URL(`../src/${folder}/`, import.meta.url))),
    ...["jobs/installation-jobs.ts", "jobs/starting.ts", "request-body/index.ts"].map(
      (file) => new URL(`../src/${file}`, import.meta.url),
    ),
  ];
  const codes = files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/AppError\(\{\n\s+code: "(\w+)"|refusal\(\d+, "(\w+)"/g)].map(
      ([, made = "", refused = made]) => refused,
    ),
  );
  expect(codes.length).toBeGreaterThan(15);
  expect(codes.filter((code) => !isKnownErrorCode(code))).toEqual([]);
});

function filesIn(folder: URL): readonly URL[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /(?<!\.test)\.ts$/.test(name),
  );
  return names.map((name) => new URL(name, folder));
}
