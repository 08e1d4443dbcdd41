/** The server keeps its own routes, and lets the app have its doors. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createApp } from "@annex/app";
import { createServer } from "../src/server.ts";

const folder = mkdtempSync(join(tmpdir(), "beside-express-"));
const app = createApp({
  name: "beside-express",
  manifest: { name: "Beside", description: "", developer: "Your team", logoUrl: "", permissions: [] },
  permissionPurposes: {},
  environment: { NODE_ENV: "development", ANNEX_DATABASE: join(folder, "app.db") },
});

let server: Server;
let url: string;

before(async () => {
  await new Promise<void>((resolve) => {
    server = createServer(app).listen(0, () => resolve());
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(async () => {
  server.close();
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

test("the server's routes are its own, the app's doors are the app's", async () => {
  assert.equal(await (await fetch(url)).text(), "The server's own page.");
  const body = JSON.stringify({ one: 1 });
  const headers = { "content-type": "application/json" };
  assert.equal(await (await fetch(`${url}/echo`, { method: "POST", headers, body })).text(), '{"one":1}');
  assert.equal((await fetch(`${url}/health`)).status, 200);
  assert.equal((await fetch(`${url}/portal/api/session`)).status, 401);
});
