/** The commands against a running Cloud, from outside: what a person does, and what a program reads. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "@annex/sandbox";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { runAnnex, spawnAnnex } from "../../testing/run-annex.ts";
import { runHere } from "../../testing/run-here.ts";

let directory: string;
let cloud: Sandbox;
let app: Server;
let url: string;
let instanceId: string;

// The last command is a process of its own.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "annex-remote-"));
  cloud = await startSandbox({
    port: 0,
    dataDirectory: join(directory, ".annex"),
    seed: [
      {
        name: "Acme",
        instances: ["Production"],
        members: [{ name: "Ada", email: "ada@acme.test", role: "Admin" }],
      },
    ],
    core: { url: "http://127.0.0.1:9", databaseUrl: "postgres://nobody@127.0.0.1:9/none" },
  });
  app = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ portal_url: `${url}/portal/enter?token=t` }));
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  const state = await fetch(`${cloud.url}/admin/state`, {
    headers: { authorization: `Bearer ${cloud.adminToken}` },
  });
  instanceId =
    ((await state.json()) as { instances: { instance_id: string }[] }).instances[0]?.instance_id ?? "";
  writeManifest("app.json", { name: "Tiny", permissions: ["data:read"], ...urls() });
});
afterAll(async () => {
  await cloud.close();
  app.close();
  rmSync(directory, { recursive: true, force: true });
});

const urls = () => ({ registration_callback_url: `${url}/c`, portal_generator_url: `${url}/p` });
const writeManifest = (name: string, manifest: object) => writeFileSync(file(name), JSON.stringify(manifest));
const file = (name: string) => join(directory, name);
const annex = (...args: string[]) => runHere([...args, "--data", join(directory, ".annex")]);

async function json(...args: string[]) {
  const { output } = await annex(...args, "--json");
  return JSON.parse(output) as Record<string, unknown>;
}

describe("the life of an app from a shell", () => {
  test("register, list, install, launch, update, uninstall, remove", async () => {
    const registered = await json("app", "register", file("app.json"));
    expect(registered["app_id"]).toMatch(/^app_/);
    expect((await annex("apps")).output).toMatch(/Tiny +data:read/);
    const installed = await json("install", "tiny", "production");
    expect(installed["status"]).toBe("active");
    const listed = await json("installations", "--app", "tiny", "--status", "active");
    expect(listed).toMatchObject({ total: 1, data: [{ status: "active" }] });
    expect((await annex("installations")).output).toMatch(/ Tiny +Production +active /);
    const byApp = await annex("launch", "tiny", "--as", "Admin");
    expect(byApp.output).toBe(`${url}/portal/enter?token=t\n`);
    const byId = await json("launch", String(installed["installed_app_id"]));
    expect(byId["portal_url"]).toContain("token=t");
    expect(await json("app", "remove", "tiny")).toMatchObject({ code: "app_installed" });
    writeManifest("change.json", { description: "Smaller" });
    expect(await json("app", "update", "tiny", file("change.json"))).toMatchObject({
      description: "Smaller",
    });
    const updated = (await annex("app", "update", "tiny", file("change.json"))).output;
    expect(updated).toMatch(/^Updated: Tiny .*\nWhere the dashboard is opened at 127\.0\.0\.1, this app is /);
    expect((await annex("uninstall", "tiny")).output).toMatch(/^Uninstalled: instapp_/);
    const { output: last } = await annex("deliveries", "--last", "1");
    expect(last).toMatch(/uninstall +200/);
    // One of several: whoever reads the table alone would take it for all there are.
    expect(last).toMatch(/\n\nThese are the newest 1 of 4\. Others are found with --last, /);
    expect((await annex("installations")).output).not.toContain("These are the newest");
    expect((await annex("deliveries", "--installation", "instapp_x")).output).toBe(
      "No delivery is like that.\n",
    );
    // The install again after the uninstall: a late duplicate, which Cloud may send at any time.
    const again = ["redeliver", String(installed["delivery_id"])];
    expect(await json(...again, "--times", "3", "--parallel")).toMatchObject({
      data: [{ status: 200 }, { status: 200 }, { status: 200 }],
    });
    expect((await annex(...again)).output).toMatch(/^ANSWER .*\n200 .*portal_url.*\n$/);
    expect((await annex("redeliver", "dlv_unknown")).failure[0]).toContain("not_found");
    expect((await annex("app", "remove", "tiny")).output).toMatch(/^Removed: app_/);
  });

  test("what is refused is two lines", async () => {
    writeManifest("wrong.json", { name: "Wrong", permissions: ["data:delete"], ...urls() });
    const refused = await annex("app", "register", file("wrong.json"));
    expect(refused.output).toBe("");
    expect(refused.failure).toEqual([
      expect.stringContaining("permissions.0"),
      "Change what was given for permissions.0, and try again.",
    ]);
    expect((await annex("app", "register", directory)).failure[0]).toBe(
      `${directory} is a folder, where a file is wanted.`,
    );
    writeFileSync(file("no.json"), "name: yaml");
    expect((await annex("app", "register", file("no.json"))).failure[0]).toContain("is not JSON.");
  });
});

describe("faults", () => {
  test("are set with their values, listed, and cleared", async () => {
    expect((await annex("faults")).output).toContain("No fault is set.");
    const set = await json("faults", "set", "gateway-status", "--times", "3", "status=503", "rate=0.5");
    expect(set).toMatchObject({ fault: "gateway-status", times: 3, values: { status: 503, rate: 0.5 } });
    await annex("faults", "set", "launch-denied", "--for", "60", "--instance", "production", "user_id=Admin");
    expect((await json("faults", "list"))["data"]).toMatchObject([
      { fault: "launch-denied", values: { user_id: cloud.members[0]?.user_id } },
      { fault: "gateway-status" },
    ]);
    expect((await annex("faults", "list")).output).toMatch(/gateway-status +yes +0 of 3 +everything/);
    expect((await annex("faults", "list")).output).toMatch(/launch-denied +yes +0 +Production/);
    expect((await annex("faults", "clear", String(set["fault_id"]))).output).toBe("Cleared: 1\n");
    expect(await json("faults", "clear")).toEqual({ cleared: 1 });
  });

  test("that do not exist are refused with those that do", async () => {
    const twice = await annex("faults", "set", "gateway-status", "status=500", "rate=1", "status=501");
    expect(twice.failure[0]).toBe("status is given more than once.");
    for (const word of ["times=4", "fault=gateway-401"]) {
      const { failure } = await annex("faults", "set", "gateway-status", "status=500", "--times", "3", word);
      expect(failure[0]).toBe(`${word.split("=")[0]} is given more than once.`);
    }
    expect((await annex("faults", "set", "delivery-eaten")).failure[0]).toContain("delivery-late-first");
    const catalogue = await annex("faults", "list", "--all");
    expect(catalogue.output).toContain("delivery-late seconds=…");
    expect(catalogue.output).toContain("gateway-cut [after=…]");
  });
});

describe("how the Cloud behaves", () => {
  test("settings are printed, and changed by name: the other edition too", async () => {
    expect((await annex("settings")).output).toMatch(/edition +guide/);
    expect(await json("settings", "edition=later", "delivery_timeout_seconds=2.5")).toMatchObject({
      edition: "later",
      delivery_timeout_seconds: 2.5,
    });
    expect((await annex("settings", "edition=guide")).output).toMatch(/delivery_timeout_seconds +2.5/);
    await annex("settings", "delivery_timeout_seconds=10");
    const refused = [await annex("settings", "edition=newest"), await annex("settings", "later")];
    expect(refused.map(({ failure }) => failure[0])).toEqual([
      expect.stringContaining("must be guide or later"),
      '"later" is no value.',
    ]);
  });

  test("its clock is shown, and put ahead", async () => {
    expect((await annex("clock")).output).toMatch(
      /^The Cloud's clock shows \d{4}-\S+Z, as this machine's does\.\n$/,
    );
    const before = Date.now();
    const { now } = await json("clock", "86400");
    expect(Date.parse(String(now))).toBeGreaterThanOrEqual(before + 86_400_000);
    expect((await annex("clock", "1")).output).toMatch(/, 86401 seconds ahead of this machine's\.\n$/);
    expect(await json("clock")).toMatchObject({ ahead_seconds: 86_401 });
  });
});

test("logs --follow tells what happens, until Ctrl-C", async () => {
  writeFileSync(file("tiny.log"), "before\n");
  const { app_id } = await cloud.registerApp({
    manifest: { name: "Logged", permissions: [], ...urls() },
    log: file("tiny.log"),
  });
  const following = spawnAnnex(["logs", "Logged", "--follow", "--run-file", cloud.runFile]);
  await expect.poll(() => following.output(), { timeout: 60_000 }).toContain("[Logged] before");
  appendFileSync(file("tiny.log"), "after\n");
  await expect
    .poll(
      async () => {
        const place = { app_id, instance_id: instanceId };
        await fetch(`${cloud.url}/admin/installations`, {
          method: "POST",
          headers: { authorization: `Bearer ${cloud.adminToken}` },
          body: JSON.stringify(place),
        });
        return following.output();
      },
      { timeout: 60_000, interval: 500 },
    )
    .toMatch(/\[Cloud\] POST \/admin\/installations/);
  await expect.poll(() => following.output(), { timeout: 10_000 }).toContain("[Logged] after");
  await annex("launch", "Logged");
  // Nothing behind it on a day without faults.
  await expect
    .poll(() => following.output(), { timeout: 10_000 })
    .toMatch(/\[Cloud\] sent portal {2}200 {2}[\d.]+ ms\n/);
  expect(await following.stop()).toBe(0);
});

test("a run file says which Cloud as well as a folder, and a refusal ends with code 1", async () => {
  const byFile = await runHere(["installations", "--run-file", cloud.runFile, "--json"]);
  expect(JSON.parse(byFile.output)).toMatchObject({ data: expect.any(Array) });
  const none = await runHere(["installations", "--data", join(directory, "elsewhere")]);
  expect(none.failure[0]).toContain("No local Cloud runs on");
  // Half a file, and JSON of something else: these were a stack each.
  for (const text of ["{", "[]", "null", '{"cloud": {}}']) {
    const odd = join(directory, "odd.json");
    writeFileSync(odd, text);
    const { failure } = await runHere(["installations", "--run-file", odd]);
    expect(failure).toEqual([
      `${odd} is not the run file of a local Cloud.`,
      expect.stringMatching(/^Name /),
    ]);
  }
  const refused = await runAnnex(["app", "remove", "app_unknown", "--run-file", cloud.runFile, "--json"]);
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.output)).toMatchObject({ code: "not_found" });
});
