/**
 * The local Cloud behind every tenant: two organizations with a ledger each, marked records planted in
 * both, and an installation of its own for each tenant whose key is used, so that scopes, refusals and
 * faults are the Cloud's. Starting takes seconds; rules that need no ledger need not wait for it.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Scope, scopes } from "@annex/protocol";
import type { OrganizationSeed } from "@annex/sandbox";
import { type CloudAnswer, type CloudThread, callAdmin, openReceiver, startThread } from "./local-cloud.ts";
import { type Backing, plantMarks } from "./planting.ts";
import { whenProcessEnds } from "./process-end.ts";
import type { LedgerName } from "./tenants.ts";

/** The local Cloud that an app is checked against, with two tenants and two ledgers. */
export type Cloud = {
  /** Ready when both ledgers are there and marked. */
  readonly ready: Promise<{ readonly url: string }>;
  /**
   * What stands in one ledger's records and nowhere else: first the text that is in every name and description, then ids
   * and amounts, which come with each planting.
   */
  readonly marks: Readonly<Record<LedgerName, readonly string[]>>;
  admin(method: string, path: string, body?: unknown): Promise<CloudAnswer>;
  /** An installation with these scopes on one of the ledgers. */
  back(ledger: LedgerName, grant: readonly Scope[]): Promise<Backing>;
  /** Plants the marks once more where so much was written since that they don't stand among the newest records. */
  freshen(ledger: LedgerName): Promise<void>;
  /** Says that something was written to a ledger. */
  written(ledger: LedgerName): void;
  close(): Promise<void>;
};

type Place = { readonly organizationId: string; readonly instanceId: string };

const markBytes = 5;
/** A page shows twenty or thirty of the newest records; marks are planted again before they leave the first ten. */
const mostWrites = 8;

/**
 * Starts a local Cloud in a temporary folder.
 *
 * @throws through `ready` only.
 *
 * @example
 * ```ts
 * const cloud = openCloud();
 * const { url } = await cloud.ready;
 * ```
 */
export function openCloud(): Cloud {
  const directory = mkdtempSync(join(tmpdir(), "annex-check-"));
  const remove = () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  const forget = whenProcessEnds(remove);
  const texts = { a: newMark("Quillfern"), b: newMark("Oxbow") };
  const marks = { a: [texts.a], b: [texts.b] };
  const keys = new Map<string, string>();
  const thread = startThread({ dataDirectory: directory, seed });
  const receiver = openReceiver(keys);
  const starting = start(thread, receiver);
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
    if (app.body["app_id"] === undefined)
      throw new Error(`The local Cloud registered no app: ${JSON.stringify(app.body)}`);
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

  const planters = new Map<LedgerName, Promise<Backing>>();
  const writes = { a: mostWrites, b: mostWrites };
  async function freshen(ledger: LedgerName): Promise<void> {
    if (writes[ledger] < mostWrites) return;
    writes[ledger] = 0;
    const { sandbox } = await starting;
    const planter = planters.get(ledger) ?? back(ledger, scopes);
    planters.set(ledger, planter);
    marks[ledger].push(...(await plantMarks(sandbox.url, await planter, texts[ledger])));
  }

  async function prepare() {
    const { sandbox } = await starting;
    await Promise.all([freshen("a"), freshen("b")]);
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
    freshen,
    written: (ledger) => {
      writes[ledger] += 1;
    },
    close: async () => {
      await thread.end();
      const opened = await receiver;
      opened.close();
      opened.closeAllConnections();
      remove();
      forget();
    },
  };
}

function newMark(word: string): string {
  return `${word}${randomBytes(markBytes).toString("hex")}`;
}

const member = (name: string) => ({ name: "Ada", email: `ada@${name}.test`, role: "Admin" as const });
/** Two organizations with one ledger each. */
const seed: readonly OrganizationSeed[] = ["a", "b"].map((name) => ({
  name,
  instances: [name],
  members: [member(name)],
}));

async function start(thread: CloudThread, opening: Promise<Server>) {
  const receiver = await opening;
  const sandbox = await thread.started;
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
    receiverUrl: `http://127.0.0.1:${port}`,
    places: { a: place("a"), b: place("b") },
  };
}
