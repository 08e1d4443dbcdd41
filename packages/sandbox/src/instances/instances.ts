/** The instances of the local Cloud: which there are, which run, and the Core behind each. */
import { Secret } from "@annex/protocol";
import { Refusal, SandboxStartError } from "../errors.ts";
import type { InstanceRow, Seal, StateDatabase } from "../store/index.ts";
import type { Surroundings } from "../surroundings.ts";
import { coreKeyContext, tokenizationContext } from "../tenants/index.ts";
import { type CountedCore, countedCore } from "./counted-core.ts";
import { openMemoryCore } from "./memory-core.ts";
import { type CoreAddress, type OpenCore, openEmbeddedCore, openRemoteCore } from "./open-core.ts";

export type InstanceState = "running" | "stopped";

export type Instance = {
  readonly instanceId: string;
  readonly organizationId: string;
  readonly name: string;
  readonly state: InstanceState;
};

export type Instances = {
  /** The instances of one organization, or all, in the order they were seeded. */
  list(organizationId?: string): readonly Instance[];
  /** The one that was seeded first. */
  first(): Instance | undefined;
  find(instanceId: string): Instance | undefined;
  /**
   * The Core of a running instance.
   *
   * @throws Refusal 503 `instance_unavailable` while it is stopped or changing.
   */
  core(instanceId: string): OpenCore;
  /** Starts or stops an instance; the state is kept. Stopping closes the ledger and its own door. */
  setState(instanceId: string, state: InstanceState): Promise<Instance>;
  /** The key that the instance's own Core asks for. Apps are never given it. */
  key(instanceId: string): Secret;
  /** Where each running instance's Core listens, by instance id. */
  urls(): Readonly<Record<string, string>>;
  /** Does what has come due by the clock in every ledger that runs. */
  settle(): Promise<void>;
  close(): Promise<void>;
};

/** A real Core in place of an embedded ledger, for the instance of that name or for the first one. */
export type CoreOption = Omit<CoreAddress, "key"> & { readonly key?: string; readonly instance?: string };

/** Where embedded ledgers keep their books: on the data directory, or nowhere once they are closed. */
export type LedgerPlace = "on-disk" | "in-memory";

type Entry = { instance: Instance; readonly row: InstanceRow; core?: CountedCore | undefined; port: number };

const retryAfterSeconds = 5;

/** Opens every instance that is to run. */
export async function openInstances(
  database: StateDatabase,
  seal: Seal,
  directory: string,
  tools: Pick<Surroundings, "clock" | "fetch" | "log">,
  {
    core,
    ledgers,
  }: { readonly core?: CoreOption | undefined; readonly ledgers?: LedgerPlace | undefined } = {},
): Promise<Instances> {
  const inMemory = ledgers === "in-memory";
  const rows = await database
    .selectFrom("instances")
    .innerJoin("organizations", "organizations.organization_id", "instances.organization_id")
    .selectAll("instances")
    .orderBy("organizations.position")
    .orderBy("instances.position")
    .execute();
  const entries = new Map(
    rows.map((row): [string, Entry] => [row.instance_id, { instance: toInstance(row), row, port: 0 }]),
  );
  const ofOrganization = Map.groupBy(entries.values(), ({ row }) => row.organization_id);
  const remote = remoteInstance(rows, core);
  let changing: Promise<unknown> = Promise.resolve();

  async function open(entry: Entry): Promise<OpenCore> {
    const { row } = entry;
    if (core !== undefined && row === remote) return openRemoteCore({ ...core, key: core.key ?? "" }, tools);
    const secret = seal.open(row.tokenization_secret_sealed, tokenizationContext(row.instance_id));
    const plan = {
      directory,
      instanceId: row.instance_id,
      key: seal.open(row.core_key_sealed, coreKeyContext(row.instance_id)),
      tokenizationSecret: Buffer.from(secret, "hex"),
      port: entry.port,
    };
    return inMemory ? openMemoryCore(plan, tools) : openEmbeddedCore(plan, tools);
  }

  async function start(entry: Entry): Promise<void> {
    if (entry.core !== undefined) return;
    entry.core = countedCore(await open(entry));
    entry.port = Number(URL.parse(entry.core.url ?? "")?.port) || 0;
  }

  async function stop(entry: Entry): Promise<void> {
    const { core: opened } = entry;
    entry.core = undefined;
    await opened?.idle();
    await opened?.close();
  }

  async function change(instanceId: string, state: InstanceState): Promise<Instance> {
    const entry = entries.get(instanceId);
    if (entry === undefined) throw noInstance();
    // A start counts when it has succeeded, a stop from the moment it is asked for.
    if (state === "running") await start(entry);
    entry.instance = { ...entry.instance, state };
    await database.updateTable("instances").set({ state }).where("instance_id", "=", instanceId).execute();
    if (state === "stopped") await stop(entry);
    return entry.instance;
  }

  const closeAll = () => Promise.all([...entries.values()].map(stop));
  const toStart = [...entries.values()].filter(({ instance }) => instance.state === "running");
  await Promise.all(toStart.map(start)).catch(async (error: unknown) => {
    await closeAll();
    throw error;
  });

  return {
    list: (organizationId) => {
      const listed = organizationId === undefined ? entries.values() : ofOrganization.get(organizationId);
      return Array.from(listed ?? [], ({ instance }) => instance);
    },
    first: () => entries.values().next().value?.instance,
    find: (instanceId) => entries.get(instanceId)?.instance,
    core: (instanceId) => {
      const entry = entries.get(instanceId);
      if (entry?.core === undefined || entry.instance.state !== "running") throw unavailable("stopped");
      return entry.core;
    },
    setState: (instanceId, state) => {
      // One change at a time: a start that overtakes a stop would find the directory still in use.
      const next = changing.then(() => change(instanceId, state));
      changing = next.catch(() => undefined);
      return next;
    },
    key: (instanceId) => {
      const row = entries.get(instanceId)?.row;
      if (row === undefined) throw noInstance();
      if (core !== undefined && row === remote) return new Secret(core.key ?? "");
      return new Secret(seal.open(row.core_key_sealed, coreKeyContext(instanceId)));
    },
    urls: () =>
      Object.fromEntries(
        [...entries].flatMap(([id, { core: opened }]) =>
          opened?.url === undefined ? [] : [[id, opened.url]],
        ),
      ),
    settle: async () => {
      await Promise.all([...entries.values()].map(({ core: opened }) => opened?.settle()));
    },
    close: async () => {
      await changing;
      await closeAll();
    },
  };
}

/** The refusal of contract section 8 for an instance that is stopped or does not answer. */
export function unavailable(how: "stopped" | "unreachable"): Refusal {
  const sentence = `The instance is ${how}. Try again when it runs.`;
  return new Refusal(503, "instance_unavailable", sentence, { retry_after: retryAfterSeconds });
}

function remoteInstance(rows: readonly InstanceRow[], core: CoreOption | undefined): InstanceRow | undefined {
  if (core === undefined) return undefined;
  checkAddress(core.url, "the Core's address", "http://localhost:5001");
  checkAddress(core.databaseUrl, "the Core's database", "postgres://user:password@localhost:5432/blnk");
  const named = rows.find((row) => row.name === core.instance || row.instance_id === core.instance);
  const chosen = core.instance === undefined ? rows[0] : named;
  if (chosen !== undefined) return chosen;
  const names = rows.map((row) => row.name).join(", ");
  throw new SandboxStartError(
    "unknown_instance",
    `There is no instance "${core.instance ?? ""}".`,
    `Name one of: ${names}.`,
  );
}

/** Said without repeating what was given: it may hold a password. */
function checkAddress(url: string, what: string, example: string): void {
  if (URL.canParse(url)) return;
  throw new SandboxStartError(
    "invalid_core",
    `What was given for ${what} is not a URL.`,
    `Give one such as ${example}.`,
  );
}

function toInstance(row: InstanceRow): Instance {
  return {
    instanceId: row.instance_id,
    organizationId: row.organization_id,
    name: row.name,
    state: row.state === "stopped" ? "stopped" : "running",
  };
}

function noInstance(): Refusal {
  return new Refusal(404, "not_found", "There is no such instance.");
}
