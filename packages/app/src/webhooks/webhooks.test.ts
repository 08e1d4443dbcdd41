import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createApp } from "../create-app.ts";

const directory = mkdtempSync(join(tmpdir(), "annex-webhooks-"));
const app = createApp({
  name: "webhooks",
  manifest: { name: "W", description: "", developer: "", logoUrl: "", permissions: ["data:read"] },
  permissionPurposes: {},
  environment: { ANNEX_DATABASE: join(directory, "app.db"), ANNEX_LOG: join(directory, "app.log") },
});
app.webhook("/provider/:installation", ({ param, header, body }) => {
  if (body === "fail") throw new Error("a secret of the app's own");
  return Response.json({ to: param("installation"), signature: header("x-signature"), body });
});

afterAll(async () => {
  await app.close();
  rmSync(directory, { recursive: true, force: true });
});

const send = (path: string, init: RequestInit = {}) =>
  app.fetch(new Request(`http://localhost${path}`, { method: "POST", body: "{}", ...init }));

test("a delivery reaches its handler as it was sent, without a session", async () => {
  const body = '{ "amount": 12345678901234567890 }';
  const answer = await send("/webhooks/provider/instapp_1", { body, headers: { "X-Signature": "s" } });
  expect(await answer.json()).toEqual({ to: "instapp_1", signature: "s", body });
});

test.each<[string, string, RequestInit, number]>([
  ["another path", "/webhooks/nobody/instapp_1", {}, 404],
  ["no path", "/webhooks/", {}, 404],
  ["another method", "/webhooks/provider/instapp_1", { method: "PUT" }, 404],
  ["too much", "/webhooks/provider/instapp_1", { body: "x".repeat(1024 * 1024 + 1) }, 413],
  ["a handler that fails", "/webhooks/provider/instapp_1", { body: "fail" }, 500],
])("%s", async (_name, path, init, status) => {
  const answer = await send(path, init);
  expect(answer.status).toBe(status);
  expect(await answer.text()).not.toContain("a secret");
});

test("a path that is none is refused when it is registered", () => {
  expect(() => app.webhook("provider", () => new Response())).toThrow("slash");
});
