/** Opening what stands behind an instance: a ledger of our own, or somebody's real Core. */
import { join } from "node:path";
import { createDataReader, DataQueryError, type DataReader, prepareForBrowsing } from "@annex/data-api";
import { openCoreDatabase, openLedger } from "@annex/ledger";
import type { Surroundings } from "../surroundings.ts";
import { type CoreTransport, InstanceUnreachable, inProcessCore, remoteCore } from "./transport.ts";

/** A Core that is open for requests. */
export type OpenCore = {
  readonly transport: CoreTransport;
  /** The Data and Filters APIs; they read the database and not Core's HTTP API. */
  reader(): Promise<DataReader>;
  /** Where the Core itself listens, wanting the instance's own key; absent where it only answers in this process. */
  readonly url: string | undefined;
  /** Does what is due by the clock, where the Core is ours. */
  settle(): Promise<void>;
  close(): Promise<void>;
};

/** Where a real Core is: its HTTP API with the master key, and its PostgreSQL. */
export type CoreAddress = { readonly url: string; readonly key: string; readonly databaseUrl: string };

export type EmbeddedPlan = {
  readonly directory: string;
  readonly instanceId: string;
  readonly key: string;
  readonly tokenizationSecret: Uint8Array;
  /** The port it had before, so that its address stays the same where it can. */
  readonly port: number;
};

/** Opens the ledger of an instance under `DIR/<instance id>` and its own loopback address. */
export async function openEmbeddedCore(
  plan: EmbeddedPlan,
  { clock, log }: Pick<Surroundings, "clock" | "log">,
): Promise<OpenCore> {
  const ledger = await openLedger({
    // Several instances share the memory of a developer's machine.
    database: { kind: "embedded", directory: join(plan.directory, plan.instanceId), thread: false },
    key: plan.key,
    tokenizationSecret: plan.tokenizationSecret,
    clock,
    onFault: (error, reference) =>
      log.error({ err: error, reference, instanceId: plan.instanceId }, "ledger fault"),
  });
  await prepareForBrowsing(ledger.database);
  const listening = await ledger.listen({ port: plan.port }).catch(() => ledger.listen({ port: 0 }));
  const reader = createDataReader(ledger.database);
  return {
    transport: inProcessCore(ledger, plan.key),
    reader: async () => reader,
    url: listening.url,
    settle: () => ledger.settle(),
    close: async () => {
      await listening.close();
      await ledger.close();
    },
  };
}

/** Speaks to a real Core. Its database is opened with the first question to it, and again after a failure. */
export function openRemoteCore(address: CoreAddress, tools: Pick<Surroundings, "fetch">): OpenCore {
  let database: ReturnType<typeof openCoreDatabase> | undefined;
  const open = async () => {
    database ??= openCoreDatabase(address.databaseUrl);
    try {
      return createDataReader(await database);
    } catch (cause) {
      database = undefined;
      throw databaseUnreachable(cause);
    }
  };
  return {
    transport: remoteCore(address, tools),
    reader: async () => whereverReachable(await open()),
    url: address.url,
    settle: async () => undefined,
    close: async () => {
      await database?.then((opened) => opened.close()).catch(() => undefined);
    },
  };
}

/** Somebody else's database can go away between two questions: that is no fault of ours, and said as what it is. */
function whereverReachable(reader: DataReader): DataReader {
  const told = (cause: unknown): never => {
    throw cause instanceof DataQueryError ? cause : databaseUnreachable(cause);
  };
  return {
    list: (collection, query, browsing) => reader.list(collection, query, browsing).catch(told),
    sums: (collection, query, search) => reader.sums(collection, query, search).catch(told),
    get: (collection, id) => reader.get(collection, id).catch(told),
    filter: (collection, body, query) => reader.filter(collection, body, query).catch(told),
  };
}

function databaseUnreachable(cause: unknown): InstanceUnreachable {
  return new InstanceUnreachable("The instance's database does not answer.", { cause });
}
