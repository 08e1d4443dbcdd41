/** The examples, each through the whole journey: install, launch, page, call, uninstall. */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import express from "express";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { expressServer } from "../examples/express.ts";
import { fastifyServer } from "../examples/fastify.ts";
import { createHello } from "../examples/hello.ts";
import { honoServer } from "../examples/hono.ts";
import { nextHandlers } from "../examples/nextjs.ts";
import { defineImport, webhookHandler } from "../examples/provider-webhook.ts";
import { type App, toNodeListener } from "../src/index.ts";
import {
  callbackSecret,
  environmentIn,
  installBody,
  pathOf,
  portalRequest,
  sessionIn,
  temporaryDirectory,
  uninstallBody,
} from "./support.ts";

/** Sends a request to wherever the app is. */
type Send = (path: string, init?: RequestInit) => Promise<Response>;

async function overHttp(server: Server): Promise<Send> {
  await new Promise<void>((resolve) => server.listen(0, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return (path, init) => fetch(`${base}${path}`, init);
}

const inProcess =
  (handle: (request: Request) => Response | Promise<Response>): Send =>
  async (path, init) =>
    handle(new Request(`https://example.com${path}`, init));

const doors: Readonly<Record<string, (app: App) => Send | Promise<Send>>> = {
  Express: (app) => overHttp(expressServer(app)),
  "Express, behind its parser": (app) => overHttp(createServer(express().use(express.json(), mounted(app)))),
  Fastify: async (app) => overHttp(await fastifyServer(app)),
  Hono: (app) => inProcess((request) => honoServer(app).fetch(request)),
  "Next.js": (app) => inProcess((request) => nextHandlers(app)[request.method as "GET"](request)),
  "node:http": (app) => overHttp(createServer(toNodeListener(app))),
  "fetch alone": (app) => inProcess((request) => app.fetch(request)),
};

const mount = "/apps/hello";

function mounted(app: App): express.Router {
  return express.Router().use(mount, toNodeListener(app));
}

function hello(publicUrl = `https://example.com${mount}`, further: Record<string, string> = {}): App {
  const app = createHello({
    environment: { ...environmentIn(temporaryDirectory()), ANNEX_PUBLIC_URL: publicUrl, ...further },
  });
  onTestFinished(() => app.close());
  return app;
}

function json(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  };
}

describe.each(Object.keys(doors))("in %s", (door) => {
  test("an app is installed, launched, entered, called and uninstalled, below its path", async () => {
    const description = join(temporaryDirectory(), "description.json");
    const app = hello(undefined, { ANNEX_DESCRIPTION_FILE: description });
    await app.start();
    const send = (await doors[door]?.(app)) as Send;
    const callback = (body: unknown) => send(`${mount}/cloud/${callbackSecret}/callback`, json(body));
    expect((await callback(installBody())).status).toBe(200);
    // Whoever started the process has heard by now what is to be registered.
    expect(readFileSync(description, "utf8")).toContain(`${mount}/cloud/${callbackSecret}/callback`);

    const launched = await send(`${mount}/cloud/${callbackSecret}/portal`, json(portalRequest()));
    const { portal_url: link } = (await launched.json()) as { portal_url: string };
    expect(link).toMatch(/^https:\/\/example\.com\/apps\/hello\/portal\/enter\?token=/);
    const page = await (await send(pathOf(link))).text();
    expect(page).toContain('"", "/apps/hello/portal" + location.hash)');
    const headers = { authorization: `Bearer ${sessionIn(page)}` };

    const answer = await send(`${mount}/portal/api/hello/world`, { headers });
    expect(await answer.json()).toEqual({ hello: "world", instance: "inst_1" });
    expect((await send(`${mount}/portal/api/notes`, json({ note: 1 }, headers))).status).toBe(204);
    expect((await send(`${mount}/health`)).status).toBe(200);

    expect((await callback({ nothing: true })).status).toBe(422);
    expect((await callback(uninstallBody())).status).toBe(200);
    expect((await send(`${mount}/portal/api/hello/world`, { headers })).status).toBe(403);
  });
});

test("an install that cannot be read is logged by nobody with its key", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  // Express logs nothing in a test.
  vi.stubEnv("NODE_ENV", "development");
  onTestFinished(() => {
    logged.mockRestore();
    vi.unstubAllEnvs();
  });
  const send = await overHttp(expressServer(hello()));
  const unreadable = { ...json({}), body: "blnk_planted" };
  const answer = await send(`${mount}/cloud/${callbackSecret}/callback`, unreadable);
  expect(answer.status).toBe(400);
  expect(await answer.text()).not.toContain("blnk_planted");
  expect(JSON.stringify(logged.mock.calls)).not.toContain("blnk_planted");
});

test("the server around the app keeps its own routes", async () => {
  const send = await overHttp(expressServer(hello()));
  expect(await (await send("/")).text()).toBe("The server's own page.");
});

test("an app that cannot be opened answers so, and can be when the reason is gone", async () => {
  const directory = temporaryDirectory();
  const environment: Record<string, string> = { ...environmentIn(directory), ANNEX_DATABASE: directory };
  const app = createHello({ environment });
  onTestFinished(() => app.close());
  const send = await overHttp(createServer(toNodeListener(app)));
  await expect(app.start()).rejects.toThrow(/^ANNEX_DATABASE must /);
  expect((await send("/health")).status).toBe(503);
  environment["ANNEX_DATABASE"] = `${directory}/app.db`;
  expect((await send("/health")).status).toBe(200);
});

// Inside another server nothing was worked after a deploy until somebody came by.
test("work that is due goes on once the app has started, without a request", async () => {
  const directory = temporaryDirectory();
  const deployed = (work: (signal: AbortSignal) => unknown) => {
    const app = createHello({ environment: environmentIn(directory) });
    const job = app.job("work", {}, ({ signal }) => work(signal));
    app.onInstall(({ jobs }) => jobs.start(job));
    onTestFinished(() => app.close());
    return app;
  };
  const begun = Promise.withResolvers<void>();
  const older = deployed((signal) => {
    begun.resolve();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  await older.fetch(new Request(`https://example.com/cloud/${callbackSecret}/callback`, json(installBody())));
  await begun.promise;
  await older.close();

  const worked = Promise.withResolvers<void>();
  await deployed(() => worked.resolve()).start();
  await worked.promise;
}, 60_000);

// A failing read at the start of the jobs took the process down, and each page with it.
test("work that cannot begin keeps no page and no event waiting, and begins when it can", async () => {
  const directory = temporaryDirectory();
  const app = createHello({ environment: environmentIn(directory) });
  onTestFinished(() => app.close());
  const send = await overHttp(createServer(toNodeListener(app)));
  await send(`/cloud/${callbackSecret}/callback`, json(installBody()));
  const launched = await send(`/cloud/${callbackSecret}/portal`, json(portalRequest()));
  const { portal_url: link } = (await launched.json()) as { portal_url: string };

  const saboteur = new DatabaseSync(`${directory}/app.db`);
  saboteur.exec("ALTER TABLE runs RENAME TO hidden_runs");
  await expect(app.start()).rejects.toThrow();
  expect((await send(pathOf(link))).status).toBe(200);
  expect((await app.fetch(new Request("https://app.example.com/portal"))).status).toBe(200);
  saboteur.exec("ALTER TABLE hidden_runs RENAME TO runs");
  saboteur.close();
  await app.start();
});

describe("what comes from outside", () => {
  const secret = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;

  function delivery(id: string, body: string, key = secret): Request {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const hmac = createHmac("sha256", Buffer.from(key.slice("whsec_".length), "base64"));
    const signature = hmac.update(`${id}.${timestamp}.${body}`).digest("base64");
    return new Request("https://example.com/webhooks", {
      method: "POST",
      body,
      headers: { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` },
    });
  }

  test("a provider's webhook becomes one run of the installation it is for", async () => {
    const app = hello("https://example.com");
    const importPayout = defineImport(app);
    const handle = webhookHandler(app, importPayout, secret);
    await app.fetch(new Request(`https://example.com/cloud/${callbackSecret}/callback`, json(installBody())));
    const body = '{"payout":"po_1"}';
    expect((await handle(delivery("msg_1", body), "instapp_1")).status).toBe(202);
    expect((await handle(delivery("msg_1", body), "instapp_1")).status).toBe(202);
    expect((await handle(delivery("msg_1", body), "instapp_9")).status).toBe(410);
    const forged = delivery("msg_2", body, `whsec_${Buffer.alloc(32, 6).toString("base64")}`);
    expect((await handle(forged, "instapp_1")).status).toBe(401);
    const bound = await app.installation("instapp_1");
    expect(await bound?.jobs.list()).toHaveLength(1);
    await expect.poll(async () => (await bound?.jobs.list())?.[0]?.status).toBe("completed");
    expect(await bound?.data.collection("payouts").get("po_1")).toEqual({ seen: true });
  });

  test("an installation that ended, or never was, is not to be had", async () => {
    const app = hello("https://example.com");
    const callback = (body: unknown) =>
      app.fetch(new Request(`https://example.com/cloud/${callbackSecret}/callback`, json(body)));
    await callback(installBody());
    expect((await app.installation("instapp_1"))?.installation.instanceId).toBe("inst_1");
    await callback(uninstallBody());
    expect(await app.installation("instapp_1")).toBeUndefined();
    expect(await app.installation("instapp_2")).toBeUndefined();
  });
});
