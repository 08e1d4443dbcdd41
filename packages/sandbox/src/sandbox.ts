/** Starting and ending a local Cloud: takes the directory, opens the parts, listens, writes the run file. */
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { generateSync } from "otplib";
import { advanceClock } from "./advance.ts";
import { assemble, type Closable, type Opened, openParts } from "./assembly.ts";
import { Refusal } from "./errors.ts";
import { createGateway, createRateLimiter } from "./gateway/index.ts";
import type { Sandbox, SandboxOptions } from "./options.ts";
import {
  type AppProcess,
  readApps,
  readOrganizations,
  removeRunFile,
  writeRunFile,
} from "./run-file/index.ts";
import { createServer, type ListedRoute, type ListeningServer, listen } from "./server/server.ts";
import type { Services } from "./services.ts";
import { type DataDirectory, takeDataDirectory } from "./store/index.ts";

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

/** Last opened, first closed. */
async function closeAll(opened: readonly Closable[]): Promise<void> {
  for (const part of opened.toReversed()) await part.close();
}

async function start(
  options: SandboxOptions,
  directory: DataDirectory,
  opened: Closable[],
): Promise<Sandbox> {
  const parts = await openParts(options, directory, opened);
  let rewriteRunFile: () => Promise<void> = async () => {};
  const services = await assemble(parts, () => rewriteRunFile());
  const adminToken = randomBytes(adminTokenBytes).toString("base64url");
  const gateway = createGateway({
    ...services,
    limiter: createRateLimiter(parts.tools),
  });
  const server = createServer({ services, gateway, adminToken, dashboardDirectory });
  const listening = await listen(server, options.port);
  opened.push({ close: () => closeParts(services) }, closingServer(listening, services));
  await services.deliveries.goOnHolding();
  const url = `http://127.0.0.1:${listening.port}`;
  const organizations = await readOrganizations({ ...parts, registry: services.registry });
  rewriteRunFile = async () => {
    const apps = await readApps(services);
    const cloud = { url, api: url, admin_token: adminToken };
    const ledger = { instances: parts.instances.urls() };
    writeRunFile(directory.runFile, { pid: process.pid, cloud, ledger, organizations, apps });
  };
  opened.push({ close: async () => removeRunFile(directory.runFile) });
  const sandbox = createSandbox({
    services,
    parts,
    organizations,
    opened,
    url,
    adminToken,
    directory,
    routes: server.routes,
  });
  for (const app of options.apps ?? []) await sandbox.registerApp(app);
  await rewriteRunFile();
  return sandbox;
}

type SandboxParts = {
  readonly services: Services;
  readonly parts: Opened;
  readonly organizations: Awaited<ReturnType<typeof readOrganizations>>;
  readonly opened: readonly Closable[];
  readonly url: string;
  readonly adminToken: string;
  readonly directory: DataDirectory;
  readonly routes: readonly ListedRoute[];
};

function createSandbox(given: SandboxParts): Sandbox {
  const { services, parts, organizations, opened, url, adminToken, directory, routes } = given;
  const members = organizations.flatMap((organization) => organization.members);
  let closing: Promise<void> | undefined;
  const setProcess = async (appId: string, process: AppProcess) => {
    services.processes.set(appId, { ...services.processes.get(appId), ...process });
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
        epoch: Math.floor(parts.tools.machineClock().getTime() / 1000),
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
    faults: {
      set: (fault) => services.faults.set(fault),
      list: () => services.faults.list(),
      clear: async (faultId) => {
        await services.faults.clear(faultId);
      },
    },
    clock: {
      now: parts.tools.clock,
      advance: (seconds) => advanceClock(services, seconds),
    },
    changeSettings: (changes) => services.settings.change(changes),
    updateRunFile: setProcess,
    askCore: async (instanceId, request) => parts.instances.core(instanceId).transport.request(request),
    instanceKey: (instanceId) => parts.instances.key(instanceId),
    close: () => {
      closing ??= closeAll(opened);
      return closing;
    },
  };
}

/** A delivery that waits for its app may still take the whole time limit; its caller gets the answer. */
function closingServer(listening: ListeningServer, { feed, settings }: Services): Closable {
  return {
    close: async () => {
      const closing = listening.close(settings.current().delivery_timeout_seconds * 1000 + 1000);
      feed.close();
      await closing;
    },
  };
}

/** What still waits is let go, and what is still being written is written. */
async function closeParts({ deliveries, faults }: Services): Promise<void> {
  await deliveries.close();
  await faults.settled();
}
