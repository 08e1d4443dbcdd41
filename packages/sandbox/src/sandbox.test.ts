/** The Cloud as a process: its run file, its data directory, restarts and kills. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startSandbox } from "./index.ts";
import { answering, startTestApp, type TestApp } from "./testing/test-app.ts";
import { call, startTestCloud, withoutLedger } from "./testing/test-cloud.ts";

let directory: string;
let app: TestApp;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "annex-cloud-"));
  app = await startTestApp();
});
afterEach(async () => {
  await app.close();
  rmSync(directory, { recursive: true, force: true });
});

const runFileOf = () => JSON.parse(readFileSync(join(directory, "annex.json"), "utf8")) as RunFile;
type RunFile = {
  readonly cloud: { readonly url: string; readonly admin_token: string };
  readonly organizations: readonly {
    readonly instances: readonly { readonly instance_id: string }[];
    readonly members: readonly Record<string, string>[];
  }[];
  readonly apps: readonly Record<string, unknown>[];
};

describe("the run file", () => {
  test("says all that a program needs, to its owner only, until the end", async () => {
    const cloud = await startTestCloud(withoutLedger, directory);
    const process = { pid: 4712, database: "/data/app.db", log: "/data/app.log" };
    const { app_id } = await cloud.registerApp({ manifest: app.manifest(), url: app.url, ...process });
    expect(statSync(cloud.runFile).mode & 0o777).toBe(0o600);
    const runFile = runFileOf();
    expect(runFile).toMatchObject({
      pid: globalThis.process.pid,
      cloud: { url: cloud.url, api: cloud.url, admin_token: cloud.adminToken },
      ledger: { instances: { [cloud.instanceIds[0] ?? ""]: withoutLedger.core.url } },
    });
    expect(runFile.organizations[0]).toMatchObject({
      organization_id: cloud.organizationId,
      instances: [{ instance_id: cloud.instanceIds[0], name: "Only" }],
    });
    expect(runFile.organizations[0]?.members.map(({ role }) => role)).toEqual([
      "Admin",
      "Operator",
      "Investigator",
      "Analyst",
    ]);
    const { registration_callback_url, portal_generator_url, name } = app.manifest();
    expect(runFile.apps).toEqual([
      { app_id, name, url: app.url, registration_callback_url, portal_generator_url, ...process },
    ]);
    await cloud.updateRunFile(app_id, { pid: 4713 });
    expect(runFileOf().apps[0]).toMatchObject({ ...process, pid: 4713 });
    await cloud.close();
    expect(existsSync(cloud.runFile)).toBe(false);
  });
});

describe("the data directory", () => {
  test("with a folder where the run file is to be is refused in a sentence", async () => {
    mkdirSync(join(directory, "annex.json"));
    const starting = startSandbox({ port: 0, dataDirectory: directory, ...withoutLedger });
    await expect(starting).rejects.toMatchObject({
      name: "SandboxStartError",
      code: "run_file_is_a_folder",
      message: expect.stringContaining(join(directory, "annex.json")),
    });
  });

  test("belongs to one Cloud at a time", async () => {
    const cloud = await startTestCloud(withoutLedger, directory);
    await expect(startSandbox({ port: 0, dataDirectory: directory, ...withoutLedger })).rejects.toMatchObject(
      {
        code: "data_directory_in_use",
        message: expect.stringContaining(directory),
      },
    );
    expect((await cloud.admin("GET", "/admin/state")).status).toBe(200);
    await cloud.close();
  });

  test("keeps members and their secrets, and forgets what is ours alone when fresh is asked", async () => {
    const first = await startTestCloud(withoutLedger, directory);
    await first.close();
    const second = await startTestCloud(withoutLedger, directory);
    expect(second.members).toEqual(first.members);
    expect(second.adminToken).not.toBe(first.adminToken);
    await second.close();
    writeFileSync(join(directory, "not-ours.txt"), "kept");
    writeFileSync(join(directory, "instances", "not-ours.txt"), "kept");
    const fresh = await startTestCloud({ ...withoutLedger, fresh: true }, directory);
    expect(fresh.members[0]?.password).not.toBe(first.members[0]?.password);
    expect(readFileSync(join(directory, "not-ours.txt"), "utf8")).toBe("kept");
    expect(readFileSync(join(directory, "instances", "not-ours.txt"), "utf8")).toBe("kept");
    await fresh.close();
  });

  test("a stopped instance is stopped after a restart too", async () => {
    const first = await startTestCloud(withoutLedger, directory);
    const path = `/admin/instances/${first.instanceIds[0]}`;
    expect((await first.admin("PATCH", path, { state: "stopped" })).body["state"]).toBe("stopped");
    await first.close();
    const second = await startTestCloud(withoutLedger, directory);
    expect((await second.admin("GET", "/admin/state")).body["instances"]).toMatchObject([
      { state: "stopped" },
    ]);
    expect((await second.admin("PATCH", path, { state: "running" })).body["state"]).toBe("running");
    await second.close();
  });

  test("without its key file is refused in plain words", async () => {
    await (await startTestCloud(withoutLedger, directory)).close();
    rmSync(join(directory, "sealing.key"));
    await expect(startSandbox({ port: 0, dataDirectory: directory, ...withoutLedger })).rejects.toMatchObject(
      {
        code: "sealing_key_missing",
      },
    );
  });

  test("an address of a Core that is no URL is refused without being repeated", async () => {
    const core = { url: "http://127.0.0.1:9", databaseUrl: "postgres://user:hunter2@no host/x" };
    const started = startSandbox({ port: 0, dataDirectory: directory, seed: withoutLedger.seed, core });
    await expect(started).rejects.toMatchObject({ code: "invalid_core" });
    await expect(started).rejects.not.toMatchObject({ message: expect.stringContaining("hunter2") });
  });

  test("a port in use is said, and the directory is free again after it", async () => {
    const cloud = await startTestCloud(withoutLedger, directory);
    const other = mkdtempSync(join(tmpdir(), "annex-cloud-"));
    const port = Number(new URL(cloud.url).port);
    await expect(startSandbox({ port, dataDirectory: other, ...withoutLedger })).rejects.toMatchObject({
      code: "port_in_use",
    });
    await (await startTestCloud(withoutLedger, other)).remove();
    await cloud.close();
  });
});

describe("a kill", () => {
  const entry = fileURLToPath(new URL("./testing/run-cloud.ts", import.meta.url));

  async function spawnCloud(): Promise<ChildProcess> {
    const child = spawn(process.execPath, [entry, directory], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "exit").then(() => ["it ended before it was ready"]);
    const [line] = (await Promise.race([once(child.stdout, "data"), ended])) as [Buffer | string];
    expect(line.toString()).toContain("ready");
    return child;
  }

  async function kill(child: ChildProcess): Promise<void> {
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  const admin = (method: string, path: string, body?: unknown) => {
    const { url, admin_token } = runFileOf().cloud;
    return call(url, method, path, { authorization: `Bearer ${admin_token}` }, body);
  };
  const register = async (name: string) => {
    const { organizations } = (await admin("GET", "/admin/state")).body as unknown as {
      organizations: { organization_id: string; instances: { instance_id: string }[] }[];
    };
    const [first] = organizations;
    const manifest = app.manifest({ name });
    const { body } = await admin("POST", "/admin/apps", {
      organization_id: first?.organization_id,
      manifest,
    });
    return { app_id: body["app_id"], instance_id: first?.instances[0]?.instance_id };
  };
  const alerts = (key: unknown) =>
    call(runFileOf().cloud.url, "GET", "/alerts", { authorization: `Bearer ${String(key)}` });

  // Three processes, one after the other.
  test("keeps what was answered, cancels what was not, and loses no row of the audit log", async () => {
    const before = await spawnCloud();
    const installed = await admin("POST", "/admin/installations", await register("Answered"));
    const answeredKey = app.received[0]?.body["api_key"];
    await alerts(answeredKey);
    const place = await register("Interrupted");
    const reached = new Promise<void>((resolve) => {
      app.onCallback = () => resolve();
    });
    const interrupted = admin("POST", "/admin/installations", place).catch(() => undefined);
    await reached;
    await kill(before);
    expect(await interrupted).toBeUndefined();

    const after = await spawnCloud();
    const state = (await admin("GET", "/admin/state")).body as unknown as {
      installations: { app_id: string; status: string }[];
    };
    const statuses = Object.fromEntries(state.installations.map(({ app_id, status }) => [app_id, status]));
    expect(statuses[String(place.app_id)]).toBe("cancelled");
    expect((await alerts(answeredKey)).status).toBe(200);
    expect(await alerts(app.received.at(-1)?.body["api_key"])).toMatchObject({
      body: { code: "key_revoked" },
    });
    const audit = (await admin("GET", "/admin/audit?pageSize=200")).body["data"] as unknown as {
      path: string;
    }[];
    expect(audit.filter(({ path }) => path === "/alerts")).toHaveLength(3);
    expect(audit.filter(({ path }) => path === "/admin/installations")).toHaveLength(1);
    const deliveries = (await admin("GET", "/admin/deliveries")).body["data"] as unknown as {
      error: string;
    }[];
    expect(deliveries[0]?.error).toContain("ended before the answer");

    // The uninstall that was cut off leaves the key alive, and can be asked for again.
    const { installed_app_id: id } = installed.body;
    const hanging = new Promise<void>((resolve) => {
      app.onCallback = () => resolve();
    });
    const cut = admin("DELETE", `/admin/installations/${String(id)}`).catch(() => undefined);
    await hanging;
    await kill(after);
    await cut;
    const last = await spawnCloud();
    expect((await alerts(answeredKey)).status).toBe(200);
    app.onCallback = answering(200);
    expect((await admin("DELETE", `/admin/installations/${String(id)}`)).status).toBe(200);
    expect((await admin("POST", "/admin/installations", place)).status).toBe(201);
    last.kill("SIGTERM");
    const [code] = (await once(last, "exit")) as [number];
    expect(code).toBe(0);
    expect(existsSync(join(directory, "annex.json"))).toBe(false);
  }, 120_000);
});

test("what waits for an app's answer at the end still gets it", async () => {
  const cloud = await startTestCloud(withoutLedger, directory);
  const { app_id } = await cloud.registerApp({ manifest: app.manifest(), url: app.url });
  let answer: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    app.onCallback = (received, response) => {
      answer = () => answering(200)(received, response);
      resolve();
    };
  });
  const installing = cloud.admin("POST", "/admin/installations", {
    app_id,
    instance_id: cloud.instanceIds[0],
  });
  await reached;
  const closed = cloud.close();
  answer();
  expect((await installing).status).toBe(201);
  await closed;
});
