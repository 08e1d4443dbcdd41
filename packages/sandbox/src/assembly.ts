/** Opening the store and wiring the parts of a local Cloud, in the order they need each other. */
import { callbackTimeLimit } from "@annex/protocol";
import { createAuditLog } from "./audit/index.ts";
import { createDeliveries } from "./deliveries/index.ts";
import { createInstalling, openInstallations } from "./installing/index.ts";
import { type Instances, openInstances } from "./instances/index.ts";
import { createLaunching } from "./launching/index.ts";
import { openLog } from "./logging.ts";
import type { SandboxOptions } from "./options.ts";
import { createRegistry } from "./registry/index.ts";
import type { Services } from "./services.ts";
import {
  type AuditDatabase,
  createSeal,
  type DataDirectory,
  openAuditDatabase,
  openStateDatabase,
  readOrCreateSealingKey,
  type Seal,
  type StateDatabase,
  stateExists,
} from "./store/index.ts";
import { pooledRandom, type Surroundings } from "./surroundings.ts";
import { createAuthentication, createSessions, defaultSeed, seedTenants } from "./tenants/index.ts";

/** Something to close at the end: last opened, first closed. */
export type Closable = { close(): Promise<void> };

/** What is open before any rule runs. */
export type Opened = {
  readonly tools: Surroundings;
  readonly seal: Seal;
  readonly database: StateDatabase;
  readonly auditDatabase: AuditDatabase;
  readonly instances: Instances;
};

/** Opens store and instances, seeding them where they are new; what was opened is noted for closing. */
export async function openParts(
  options: SandboxOptions,
  directory: DataDirectory,
  opened: Closable[],
): Promise<Opened> {
  const tools = surroundings(options, directory.logFile);
  const seal = createSeal(readOrCreateSealingKey(directory.sealingKeyFile, stateExists(directory)));
  const state = openStateDatabase(directory.stateFile);
  opened.push(state);
  const audit = openAuditDatabase(directory.auditFile);
  opened.push(audit);
  const database = state.queries;
  await seedTenants(database, seal, tools.random, options.seed ?? defaultSeed);
  const instances = await openInstances(database, seal, directory.instancesDirectory, tools, options.core);
  opened.push(instances);
  return { tools, seal, database, auditDatabase: audit.queries, instances };
}

/** Wires the services, and mends what a killed process left: nothing stays between minting and answer. */
export async function assemble(parts: Opened, changed: () => Promise<void>): Promise<Services> {
  const { database, auditDatabase, seal, tools, instances } = parts;
  const registry = createRegistry(database, seal, tools);
  const installations = await openInstallations(database);
  const deliveries = createDeliveries(database, seal, registry, tools);
  const cancelled = await installations.cancelInterrupted(tools.clock());
  await deliveries.closeInterrupted();
  if (cancelled.length > 0)
    tools.log.warn({ cancelled }, "installations that were interrupted are cancelled");
  return {
    database,
    tools,
    instances,
    registry,
    installations,
    deliveries,
    installing: createInstalling({ database, registry, installations, deliveries, tools }),
    launching: createLaunching({ database, registry, installations, deliveries, tools }),
    audit: createAuditLog(auditDatabase, tools),
    authentication: createAuthentication(database, seal, tools),
    sessions: createSessions(database, tools),
    changed,
  };
}

function surroundings(options: SandboxOptions, logFile: string): Surroundings {
  return {
    clock: options.clock ?? (() => new Date()),
    random: options.random ?? pooledRandom(),
    fetch: options.fetch ?? globalThis.fetch,
    log: options.log ?? openLog(logFile),
    edition: options.edition ?? "guide",
    deliveryTimeout: options.deliveryTimeout ?? callbackTimeLimit,
  };
}
