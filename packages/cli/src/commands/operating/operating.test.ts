/**
 * Every command on an app's database, against what a real app has written: as a process of its own what changes keys and
 * data beside the app or ends with a code of its own, the others without waiting for a process.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { createApp, type InstallContext } from "@annex/app";
import { expect, onTestFinished, test } from "vitest";
import { explain } from "../../failures/explain.ts";
import { type RanHere, runHere } from "../../testing/run-here.ts";

const main = join(import.meta.dirname, "../../main.ts");
const secret = "the-callback-secret-of-the-tests";
const ring = (...ids: readonly string[]) =>
  ids.map((id) => `${id}:${Buffer.alloc(32, id.charCodeAt(0)).toString("base64")}`).join(",");

type Work = { readonly hook?: (context: InstallContext) => Promise<void>; readonly fetch?: typeof fetch };

/** An app with one installation, a document and a run that failed; closed again. */
async function writtenDatabase({ hook, fetch: reach }: Work = {}) {
  const directory = mkdtempSync(join(tmpdir(), "annex-operating-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const environment = {
    ANNEX_DATABASE: join(directory, "app.db"),
    ANNEX_LOG: join(directory, "app.log"),
    ANNEX_PUBLIC_URL: "https://app.example.com",
    ANNEX_CALLBACK_SECRET: secret,
    ANNEX_KEY_RING: ring("a"),
  };
  const app = createApp({
    name: "operated",
    manifest: {
      name: "Operated",
      description: "It is operated.",
      developer: "Annex",
      logoUrl: "",
      permissions: ["data:read", "data:write"],
    },
    permissionPurposes: {},
    environment,
    ...(reach === undefined ? {} : { fetch: reach }),
  });
  const failed = Promise.withResolvers<void>();
  app.onInstall(async (context) => {
    await context.data.collection("totals").put("usd", 12n);
    setTimeout(failed.resolve, 50);
    if (hook !== undefined) return hook(context);
    throw Object.assign(new Error("no"), { code: "no" });
  });
  const send = async (body: object) => {
    const request = new Request(`https://app.example.com/cloud/${secret}/callback`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        installed_app_id: "instapp_1",
        app_id: "app_1",
        organization_id: "org_1",
        instance_id: "inst_1",
        ...body,
      }),
    });
    expect((await app.fetch(request)).status).toBe(200);
  };
  await send({
    api_key: "blnk_abc_planted_key_number_1",
    api_key_prefix: "blnk_abc",
    granted_permissions: ["data:read", "data:write"],
    idempotency_key: "install:instapp_1",
  });
  await failed.promise;
  return {
    environment,
    uninstall: () => send({ idempotency_key: "uninstall:instapp_1" }),
    close: () => app.close(),
  };
}

function annex(environment: Record<string, string>, ...words: readonly string[]) {
  return promisify(execFile)(process.execPath, [main, ...words, "--name", "operated"], {
    env: { ...process.env, NODE_ENV: "production", ...environment },
  });
}

async function answer(environment: Record<string, string>, ...words: readonly string[]) {
  return JSON.parse((await annex(environment, ...words, "--json")).stdout) as Record<string, unknown>;
}

/** In this process: what it printed, and the two lines of its failure, of which a process makes the code 1. */
function here(environment: Record<string, string>, ...words: readonly string[]): Promise<RanHere> {
  const place = { environment: { NODE_ENV: "production", ...environment } };
  return runHere([...words, "--name", "operated"], place).catch((error: unknown) => {
    const { what, next } = explain(error) ?? expect.unreachable(String(error));
    return { output: "", failure: [what, next] };
  });
}

async function answerHere(environment: Record<string, string>, ...words: readonly string[]) {
  return JSON.parse((await here(environment, ...words, "--json")).output) as Record<string, unknown>;
}

test("keys, runs and data of an app are looked at and changed from a shell", async () => {
  const { environment, uninstall, close } = await writtenDatabase();
  expect((await annex(environment, "migrate")).stdout).toContain("of this version");

  expect(await answer(environment, "keys", "status")).toMatchObject({ sealing: "a", missing: [] });
  const both = { ...environment, ANNEX_KEY_RING: ring("b", "a") };
  expect(await answer(both, "keys", "rotate")).toMatchObject({
    resealed: 1,
    sealedBy: [{ ringKeyId: "b", apiKeys: 1, secrets: 0 }],
  });
  const lost = annex({ ...environment, ANNEX_KEY_RING: ring("a") }, "keys", "status");
  await expect(lost).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining("not in ANNEX_KEY_RING"),
  });

  const { data } = (await answerHere(both, "jobs", "list")) as {
    data: readonly { runId: string; job: string }[];
  };
  expect(data).toMatchObject([{ job: "@on-install", status: "queued", installedAppId: "instapp_1" }]);
  const runId = data[0]?.runId ?? "";
  expect(await answer(both, "jobs", "cancel", runId)).toMatchObject({ status: "cancelled" });
  expect(await answerHere(both, "jobs", "retry", runId)).toMatchObject({ status: "queued" });
  expect((await here(both, "jobs", "retry", runId)).failure).toHaveLength(2);

  const { stdout } = await annex(both, "data", "export", "instapp_1");
  expect(JSON.parse(stdout)).toMatchObject({ documents: [{ collection: "totals", key: "usd", value: 12 }] });
  expect(stdout).not.toContain("planted");
  expect(await here(both, "data", "erase", "instapp_1")).toMatchObject({
    failure: [expect.stringContaining("has not ended"), expect.any(String)],
  });
  await uninstall();
  await close();
  expect(await answer(both, "data", "erase", "instapp_1")).toMatchObject({
    erased: {
      isComplete: true,
      tables: expect.arrayContaining([
        { what: "documents", before: 1, after: 0 },
        { what: "runs", before: 1, after: 0 },
      ]),
      collections: [{ what: "totals", before: 1, after: 0 }],
      stays: expect.arrayContaining([{ what: "record", entries: 1, why: expect.any(String) }]),
    },
  });

  // A database without any run is perhaps the wrong one; one without runs that failed is well.
  expect((await here(both, "jobs", "list")).output).toContain("No runs in this database.");
  expect((await here(both, "jobs", "list", "--status", "failed")).output).toBe("No such runs.\n");

  const trail = await annex(both, "audit", "export", "--installation", "instapp_1", "--format", "csv");
  const lines = trail.stdout.trim().split("\n");
  expect(lines[0]).toBe("entry,at,installed_app_id,actor,actor_id,action,details");
  expect(lines.map((line) => line.split(",")[5])).toEqual([
    "action",
    "installation.installed",
    "job.cancelled",
    "job.retried",
    "data.exported",
    "installation.uninstalled",
    "data.erased",
  ]);
  expect((await here(both, "audit", "export", "--since", "2999-01-01")).output).toBe("");
}, 120_000);

// Nobody could say it but a page of the app's own, and a hook has none.
test("an operator says what he saw of what a hook had sent, and the hook goes on", async () => {
  const sent: string[] = [];
  const goesOn = Promise.withResolvers<void>();
  const { environment, close } = await writtenDatabase({
    fetch: async (input) => {
      const { pathname } = new URL(String(input));
      sent.push(pathname);
      const row = { id: "ext_1", amount: "1", reference: "r", currency: "USD", date: "d", source: "bank" };
      const isUploaded = sent.some((path) => path.endsWith("/upload"));
      if (pathname.endsWith("/ext_1"))
        return isUploaded
          ? Response.json({ ...row, upload_id: "upl_1" })
          : Response.json({ error: "not found" }, { status: 404 });
      if (pathname.endsWith("/external-transactions"))
        return Response.json({ data: [{ ...row, upload_id: "upl_1" }], total: 1 });
      throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
    },
    hook: async ({ cloud, data }) => {
      await cloud.proxy.uploadExternalTransactions({ name: "bank.csv", content: "id\next_1\n" }, "bank");
      await data.collection("totals").put("done", 1n);
      goesOn.resolve();
    },
  });
  const find = async () => {
    const { data } = (await answerHere(environment, "jobs", "list", "--status", "failed")) as {
      data: readonly { runId: string; error: { code: string } }[];
    };
    return data[0];
  };
  await expect
    .poll(find, { timeout: 60_000, interval: 500 })
    .toMatchObject({ error: { code: "outcome_unknown" } });
  const { runId = "" } = (await find()) ?? {};
  const { data } = (await answerHere(environment, "jobs", "unknown", runId)) as {
    data: readonly { effectKey: string; description: string }[];
  };
  expect(data).toMatchObject([{ description: expect.stringContaining("bank.csv") }]);
  const { effectKey = "" } = data[0] ?? {};
  // Tried again with it open, the upload might have been made twice; the page refused it, and the command did not.
  const retried = await here(environment, "jobs", "retry", runId);
  expect(retried.failure.join(" ")).toContain(`annex jobs unknown ${runId}`);
  for (const words of [
    [effectKey, "perhaps"],
    ["other", "done"],
  ])
    expect((await here(environment, "jobs", "resolve", runId, ...words)).failure).toHaveLength(2);
  const resolved = await answer(environment, "jobs", "resolve", runId, effectKey, "done");
  expect(resolved).toMatchObject({ runId, status: "queued" });
  await goesOn.promise;
  const { stdout } = await annex(environment, "audit", "export", "--installation", "instapp_1");
  expect(stdout).toContain("job.effect_seen");
  expect(sent.filter((path) => path.endsWith("/upload"))).toHaveLength(1);
  await close();
}, 120_000);

test("a command whose reader has gone, as head goes, ends without a word", async () => {
  const { environment, close } = await writtenDatabase();
  await close();
  const child = spawn(process.execPath, [main, "data", "export", "instapp_1", "--name", "operated"], {
    env: { ...process.env, NODE_ENV: "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.destroy();
  const complaint = text(child.stderr);
  const [code] = await once(child, "exit");
  expect([code, await complaint]).toEqual([0, ""]);
}, 60_000);

test.each(["http://localhost", "postgres:///app", "postgres://user@/app"])(
  "nothing is copied to an address that names no server, though one may listen on this machine: %s",
  async (to) => {
    const { failure } = await here({ PGHOST: "" }, "copy", "--from", main, "--to", to);
    expect(failure).toEqual([
      "--to is no address of a PostgreSQL server.",
      "Give it as postgres://user:password@host/database.",
    ]);
  },
);

test("what is wrong is said in two lines", async () => {
  const { environment, close } = await writtenDatabase();
  await close();
  const missing = join(environment.ANNEX_DATABASE, "..", "elsewhere.db");
  const wrong: readonly (readonly [Record<string, string>, ...string[]])[] = [
    [{ ...environment, ANNEX_DATABASE: "mysql://localhost/x" }, "migrate"],
    [environment, "copy", "--from", "/nowhere.db", "--to", "postgres://localhost/x"],
    [environment, "jobs", "list", "--status", "lost"],
    ...["keys status", "jobs list", "data export instapp_1", "audit export"].map(
      (command) => [{ ...environment, ANNEX_DATABASE: missing }, ...command.split(" ")] as const,
    ),
  ];
  for (const [variables, ...words] of wrong) {
    const { failure } = await here(variables, ...words);
    expect(failure, words.join(" ")).toEqual([expect.stringMatching(/^.+$/), expect.stringMatching(/^.+$/)]);
  }
  const [variables, ...words] = wrong.at(-1) ?? [environment];
  const error = await annex(variables, ...words).then(
    () => expect.unreachable(),
    (thrown: { code: number; stderr: string }) => thrown,
  );
  expect(error.code).toBe(1);
  expect(error.stderr.trim().split("\n")).toHaveLength(2);
  // To look at a database that is not there makes none.
  expect(existsSync(missing)).toBe(false);
}, 120_000);

test("a command whose database's server is away says what it waits for", async () => {
  const child = spawn(process.execPath, [main, "migrate", "--name", "operated"], {
    env: { ...process.env, NODE_ENV: "", ANNEX_DATABASE: "postgres://app@127.0.0.1:9/app" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const [said] = (await once(child.stderr, "data")) as [Buffer];
  expect(String(said)).toBe("The database's server can't be reached; it is tried again for half a minute.\n");
});
