/** Starting and ending a local Cloud: opens the store, mends what a kill left, wires the parts, listens. */
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { callbackTimeLimit, type Secret } from "@annex/protocol";
import { generateSync } from "otplib";
import type { Logger } from "pino";
import { createAuditLog } from "./audit/index.ts";
import { createDeliveries } from "./deliveries/index.ts";
import { Refusal } from "./errors.ts";
import { createGateway, createRateLimiter, defaultRateLimit, type RateLimit } from "./gateway/index.ts";
import { createInstalling, openInstallations } from "./installing/index.ts";
import { type CoreOption, type Instances, openInstances } from "./instances/index.ts";
import { createLaunching } from "./launching/index.ts";
import { openLog } from "./logging.ts";
import { createRegistry } from "./registry/index.ts";
import {
  type AppProcess,
  type DemoMember,
  readApps,
  readOrganizations,
  removeRunFile,
  writeRunFile,
} from "./run-file/index.ts";
import { createServer, type ListedRoute, type ListeningServer, listen, listRoutes } from "./server/server.ts";
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
  takeDataDirectory,
} from "./store/index.ts";
import { type Edition, pooledRandom, type Surroundings } from "./surroundings.ts";
import {
  createAuthentication,
  createSessions,
  defaultSeed,
  type OrganizationSeed,
  seedTenants,
} from "./tenants/index.ts";

/** An app to register: its manifest, and what is known of its process for the run file. */
export type AppRegistration = AppProcess & {
  /** The fields of contract section 2; camel and snake case are both taken. */
  readonly manifest: Readonly<Record<string, unknown>>;
};

export type SandboxOptions = {
  /** 0 takes a free one. */
  readonly port: number;
  readonly dataDirectory: string;
  /** Forgets all state first. */
  readonly fresh?: boolean;
  /** Apps that answer already, to register at start. */
  readonly apps?: readonly AppRegistration[];
  /** A real Core in place of the first instance's embedded ledger, or of the named one. */
  readonly core?: CoreOption;
  /** Which fields the payloads carry; `guide` unless told otherwise. */
  readonly edition?: Edition;
  readonly rateLimit?: RateLimit;
  readonly seed?: readonly OrganizationSeed[];
  /** How long an app may take to answer, in milliseconds; 10,000 unless told otherwise. */
  readonly deliveryTimeout?: number;
  readonly clock?: Surroundings["clock"];
  readonly random?: Surroundings["random"];
  readonly fetch?: Surroundings["fetch"];
  readonly log?: Logger;
};

export type Sandbox = {
  /** The one origin of dashboard, Cloud API and admin API. */
  readonly url: string;
  readonly runFile: string;
  readonly adminToken: string;
  /** Every route that answers here. */
  readonly routes: readonly ListedRoute[];
  /** The demo members with their credentials, to print at start. */
  readonly members: readonly DemoMember[];
  /** The second-factor code of a demo member at this moment. @throws Error for an unknown member. */
  currentCode(userId: string): string;
  /**
   * Registers an app in the first organization, or brings the one of the same name up to date (same id).
   *
   * @throws Refusal 422 `invalid_manifest` naming the field; SandboxStartError never.
   */
  registerApp(registration: AppRegistration): Promise<{ readonly app_id: string }>;
  /** Changes what the run file says of an app's process. */
  updateRunFile(appId: string, process: AppProcess): Promise<void>;
  /** The key that an instance's own Core asks for. Apps are never given it. @throws Refusal 404. */
  instanceKey(instanceId: string): Secret;
  /** Ends with nothing lost; removes the run file. */
  close(): Promise<void>;
};

const adminTokenBytes = 32;
const dashboardDirectory = fileURLToPath(new URL("../dashboard/dist/", import.meta.url));

/**
 * Starts a local Cloud on a data directory. All state survives a restart, also one
 * after a kill: an installation caught between minting and answer is cancelled.
 *
 * @throws SandboxStartError when the directory or the port is in use, or the data cannot be read.
 * @example
 * ```ts
 * const cloud = await startSandbox({ port: 4400, dataDirectory: ".annex" });
 * const { app_id } = await cloud.registerApp({ manifest, url: "http://localhost:4401" });
 * await cloud.close();
 * ```
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const directory = takeDataDirectory(options.dataDirectory, options.fresh === true);
  const opened: Closable[] = [{ close: async () => directory.release() }];
  try {
    return await start(options, directory, opened);
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

type Closable = { close(): Promise<void> };

/** Last opened, first closed. */
async function closeAll(opened: readonly Closable[]): Promise<void> {
  for (const part of opened.toReversed()) await part.close();
}

type Opened = {
  readonly tools: Surroundings;
  readonly seal: Seal;
  readonly database: StateDatabase;
  readonly auditDatabase: AuditDatabase;
  readonly instances: Instances;
};

async function start(
  options: SandboxOptions,
  directory: DataDirectory,
  opened: Closable[],
): Promise<Sandbox> {
  const parts = await openParts(options, directory, opened);
  const processes = new Map<string, AppProcess>();
  let rewriteRunFile: () => Promise<void> = async () => {};
  const services = await assemble(parts, () => rewriteRunFile());
  const adminToken = randomBytes(adminTokenBytes).toString("base64url");
  const gateway = createGateway({
    ...services,
    limiter: createRateLimiter(options.rateLimit ?? defaultRateLimit, parts.tools),
  });
  const server = createServer({ services, gateway, adminToken, dashboardDirectory });
  const listening = await listen(server, options.port);
  opened.push(closingServer(listening, parts.tools.deliveryTimeout));
  const url = `http://localhost:${listening.port}`;
  const organizations = await readOrganizations({ ...parts, registry: services.registry });
  rewriteRunFile = async () => {
    const apps = await readApps(services, processes);
    const cloud = { url, api: url, admin_token: adminToken };
    const ledger = { instances: parts.instances.urls() };
    writeRunFile(directory.runFile, { pid: process.pid, cloud, ledger, organizations, apps });
  };
  opened.push({ close: async () => removeRunFile(directory.runFile) });
  const sandbox = createSandbox({
    services,
    parts,
    processes,
    organizations,
    opened,
    url,
    adminToken,
    directory,
    routes: listRoutes(server),
  });
  for (const app of options.apps ?? []) await sandbox.registerApp(app);
  await rewriteRunFile();
  return sandbox;
}

async function openParts(
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

async function assemble(parts: Opened, changed: () => Promise<void>): Promise<Services> {
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

type SandboxParts = {
  readonly services: Services;
  readonly parts: Opened;
  readonly processes: Map<string, AppProcess>;
  readonly organizations: Awaited<ReturnType<typeof readOrganizations>>;
  readonly opened: readonly Closable[];
  readonly url: string;
  readonly adminToken: string;
  readonly directory: DataDirectory;
  readonly routes: readonly ListedRoute[];
};

function createSandbox(given: SandboxParts): Sandbox {
  const { services, parts, processes, organizations, opened, url, adminToken, directory, routes } = given;
  const members = organizations.flatMap((organization) => organization.members);
  let closing: Promise<void> | undefined;
  const setProcess = async (appId: string, process: AppProcess) => {
    processes.set(appId, { ...processes.get(appId), ...process });
    await services.changed();
  };
  return {
    url,
    runFile: directory.runFile,
    adminToken,
    routes,
    members,
    currentCode: (userId) => {
      const member = members.find((one) => one.user_id === userId);
      if (member === undefined) throw new Refusal(404, "not_found", "There is no such member.");
      return generateSync({
        secret: member.totp_secret,
        epoch: Math.floor(parts.tools.clock().getTime() / 1000),
      });
    },
    registerApp: async ({ manifest, ...process }) => {
      const [first] = organizations;
      if (first === undefined)
        throw new Refusal(404, "not_found", "There is no organization to register the app in.");
      const app = await services.registry.registerByName(first.organization_id, manifest);
      await setProcess(app.appId, process);
      return { app_id: app.appId };
    },
    updateRunFile: setProcess,
    instanceKey: (instanceId) => parts.instances.key(instanceId),
    close: () => {
      closing ??= closeAll(opened);
      return closing;
    },
  };
}

/** A delivery that waits for its app may still take the whole time limit; its caller gets the answer. */
function closingServer(listening: ListeningServer, deliveryTimeout: number): Closable {
  return { close: () => listening.close(deliveryTimeout + 1000) };
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
