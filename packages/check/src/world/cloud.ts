/**
 * The local Cloud behind every tenant: two organizations with a ledger each, marked records planted in
 * both, and an installation of its own for each tenant whose key is used, so that scopes, refusals and
 * faults are the Cloud's. Starting takes seconds; rules that need no ledger need not wait for it.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type Scope, scopes } from "@annex/protocol";
import type { OrganizationSeed } from "@annex/sandbox";
import type { CloudNews, CloudPlan } from "./cloud-thread.ts";
import { type Backing, plantMarks } from "./planting.ts";
import type { LedgerName } from "./tenants.ts";

export type CloudAnswer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

export type Cloud = {
  /** Ready when both ledgers are there and marked. */
  readonly ready: Promise<{ readonly url: string }>;
  /** A text that stands in one ledger's records and nowhere else. */
  readonly marks: Readonly<Record<LedgerName, string>>;
  admin(method: string, path: string, body?: unknown): Promise<CloudAnswer>;
  /** An installation with these scopes on one of the ledgers. */
  back(ledger: LedgerName, grant: readonly Scope[]): Promise<Backing>;
  close(): Promise<void>;
};

type Place = { readonly organizationId: string; readonly instanceId: string };

const markBytes = 5;

/** Starts a local Cloud in a temporary folder. @throws through `ready` only. */
export function openCloud(): Cloud {
  const directory = mkdtempSync(join(tmpdir(), "annex-check-"));
  const marks = { a: newMark("Quillfern"), b: newMark("Oxbow") };
  const keys = new Map<string, string>();
  const starting = start(directory, keys);
  let count = 0;

  const admin: Cloud["admin"] = async (method, path, body) => {
    const { sandbox } = await starting;
    return callAdmin(sandbox, method, path, body);
  };

  async function back(ledger: LedgerName, grant: readonly Scope[]): Promise<Backing> {
    const { places, receiverUrl } = await starting;
    const { organizationId, instanceId } = places[ledger];
    count += 1;
    const manifest = {
      name: `Tenant ${count}`,
      registration_callback_url: `${receiverUrl}/callback`,
      portal_generator_url: `${receiverUrl}/portal`,
      permissions: scopes,
    };
    const app = await admin("POST", "/admin/apps", { organization_id: organizationId, manifest });
    const installed = await admin("POST", "/admin/installations", {
      app_id: app.body["app_id"],
      instance_id: instanceId,
      granted_permissions: grant,
    });
    const installedAppId = String(installed.body["installed_app_id"]);
    const key = keys.get(installedAppId);
    if (key === undefined) throw new Error(`The local Cloud gave no key: ${JSON.stringify(installed.body)}`);
    return { key, instanceId, installedAppId };
  }

  async function prepare() {
    const { sandbox } = await starting;
    await Promise.all(
      (["a", "b"] as const).map(async (ledger) =>
        plantMarks(sandbox.url, await back(ledger, scopes), marks[ledger]),
      ),
    );
    return { url: sandbox.url };
  }

  const ready = prepare();
  // Whoever waits for it hears of a failure; nobody has to.
  ready.catch(() => undefined);
  return {
    ready,
    marks,
    admin,
    back,
    close: async () => {
      await ready.catch(() => undefined);
      const started = await starting.catch(() => undefined);
      started?.receiver.close();
      started?.receiver.closeAllConnections();
      await started?.sandbox.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function newMark(word: string): string {
  return `${word}${randomBytes(markBytes).toString("hex")}`;
}

type CloudThread = { readonly url: string; readonly adminToken: string; close(): Promise<void> };

/** The source's own ending, so that the built package starts its built thread. */
const threadFile = new URL(
  import.meta.url.endsWith(".ts") ? "./cloud-thread.ts" : "./cloud-thread.js",
  import.meta.url,
);

function startThread(plan: CloudPlan): Promise<CloudThread> {
  const worker = new Worker(threadFile, { workerData: plan });
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const close = async () => {
    worker.postMessage("close");
    await ended;
  };
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (news: CloudNews) => {
      if ("failed" in news) reject(new Error(`The local Cloud did not start: ${news.failed}`));
      else resolve({ ...news, close });
    });
  });
}

async function start(directory: string, keys: Map<string, string>) {
  const receiver = await openReceiver(keys);
  const member = (name: string) => ({ name: "Ada", email: `ada@${name}.test`, role: "Admin" as const });
  const seed: readonly OrganizationSeed[] = ["a", "b"].map((name) => ({
    name,
    instances: [name],
    members: [member(name)],
  }));
  const sandbox = await startThread({ dataDirectory: directory, seed });
  const state = await callAdmin(sandbox, "GET", "/admin/state");
  const instances = state.body["instances"] as {
    instance_id: string;
    organization_id: string;
    name: string;
  }[];
  const place = (name: LedgerName): Place => {
    const found = instances.find((instance) => instance.name === name);
    return { organizationId: found?.organization_id ?? "", instanceId: found?.instance_id ?? "" };
  };
  const { port } = receiver.address() as AddressInfo;
  return {
    sandbox,
    receiver,
    receiverUrl: `http://127.0.0.1:${port}`,
    places: { a: place("a"), b: place("b") },
  };
}

/** Stands where an app would: says yes to everything, and keeps the keys it is given. */
function openReceiver(keys: Map<string, string>): Promise<Server> {
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (part) => {
      text += String(part);
    });
    request.on("end", () => {
      const event = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
      if (typeof event["api_key"] === "string") keys.set(String(event["installed_app_id"]), event["api_key"]);
      response.end("{}");
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

async function callAdmin(
  sandbox: CloudThread,
  method: string,
  path: string,
  body?: unknown,
): Promise<CloudAnswer> {
  const response = await fetch(`${sandbox.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${sandbox.adminToken}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
