/** Opening the store and wiring the parts of a local Cloud, in the order they need each other. */
import { createAuditLog } from "./audit/index.ts";
import { createClock } from "./clock.ts";
import { createDeliveries } from "./deliveries/index.ts";
import { openFaults } from "./faults/index.ts";
import { createFeed } from "./feed/index.ts";
import { createInstalling, openInstallations } from "./installing/index.ts";
import { type Instances, openInstances } from "./instances/index.ts";
import { createLaunching } from "./launching/index.ts";
import { openLog } from "./logging.ts";
import type { SandboxOptions } from "./options.ts";
import { createRegistry } from "./registry/index.ts";
import type { Services } from "./services.ts";
import { openSettings, type SettingsBook } from "./settings/index.ts";
import {
  createSeal,
  type DataDirectory,
  type OpenAudit,
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
  readonly settings: SettingsBook;
  readonly seal: Seal;
  readonly database: StateDatabase;
  readonly auditFile: OpenAudit;
  readonly instances: Instances;
};

/** Opens store and instances, seeding them where they are new; what was opened is noted for closing. */
export async function openParts(
  options: SandboxOptions,
  directory: DataDirectory,
  opened: Closable[],
): Promise<Opened> {
  const seal = createSeal(readOrCreateSealingKey(directory.sealingKeyFile, stateExists(directory)));
  const state = openStateDatabase(directory.stateFile);
  opened.push(state);
  const audit = openAuditDatabase(directory.auditFile);
  opened.push(audit);
  const database = state.queries;
  const settings = await openSettings(database, options.settings);
  const tools = surroundings(options, settings, directory.logFile);
  await seedTenants(database, seal, tools.random, options.seed ?? defaultSeed);
  const instances = await openInstances(database, seal, directory.instancesDirectory, tools, options);
  opened.push(instances);
  return { tools, settings, seal, database, auditFile: audit, instances };
}

/** Wires the services, and mends what a killed process left: nothing stays between minting and answer. */
export async function assemble(parts: Opened, changed: () => Promise<void>): Promise<Services> {
  const { database, auditFile, seal, tools, instances, settings } = parts;
  const faults = await openFaults(database, tools);
  const feed = createFeed();
  const registry = createRegistry(database, seal, tools);
  const installations = await openInstallations(database);
  const deliveries = createDeliveries(database, seal, registry, faults, feed, tools);
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
    launching: createLaunching({ database, registry, installations, deliveries, faults, tools }),
    audit: createAuditLog(auditFile, feed, tools),
    authentication: createAuthentication(database, seal, tools),
    sessions: createSessions(database, faults, tools),
    faults,
    feed,
    settings,
    processes: new Map(),
    changed,
  };
}

function surroundings(options: SandboxOptions, settings: SettingsBook, logFile: string): Surroundings {
  const machineClock = options.clock ?? (() => new Date());
  const time = createClock(machineClock, settings.clockAhead());
  return {
    clock: time.now,
    time,
    machineClock,
    random: options.random ?? pooledRandom(),
    fetch: options.fetch ?? globalThis.fetch,
    log: options.log ?? openLog(logFile),
    settings: settings.current,
  };
}
