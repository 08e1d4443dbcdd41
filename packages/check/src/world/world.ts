/** One check's surroundings put together, and what is seen once for many rules. */
import { randomUUID } from "node:crypto";
import type { Browser } from "playwright-core";
import type { Edition } from "../evidence/index.ts";
import type { Browsers } from "./chromium.ts";
import type { Cloud } from "./cloud.ts";
import { coreVariables, type Decoy, openDecoy } from "./decoy.ts";
import { isUnanswered, refusedConnection, send } from "./doors.ts";
import { CheckError } from "./errors.ts";
import { type Front, openFront } from "./front.ts";
import type { CheckOptions } from "./options.ts";
import { type AppProcess, startProcess } from "./process.ts";
import { newTenant, type Tenant, type TenantOptions, withOtherKey } from "./tenants.ts";
import { adopt, emptyTrace, noteTenant, type Trace, tracedBy } from "./trace.ts";

export type World = {
  readonly options: CheckOptions;
  readonly cloud: Cloud;
  readonly front: Front;
  /** An address that the app has no business with. */
  readonly decoy: Decoy;
  /** There with `--start`. */
  readonly process: AppProcess | undefined;
  readonly editions: readonly Edition[];
  /** Every tenant of this check so far. */
  readonly tenants: readonly Tenant[];
  /** Every portal URL the app gave. */
  readonly tokens: Set<string>;
  /** Requests that never end or never stop, by method and address; nobody waits for them. */
  readonly restless: Set<string>;
  /** Those of them that the app's pages made again and again, faster than anybody could read. */
  readonly repeated: Set<string>;
  /** Those whose answers are larger than what is read of one. */
  readonly large: Set<string>;
  /** Addresses of large scripts and styles that were read, which are not read again. */
  readonly programs: Set<string>;
  /** Why the last pages did not come up in the browser, as many as did not since one did. */
  readonly inVain: string[];
  tenant(options?: TenantOptions): Tenant;
  /** The same installation with another key, as in a delivery whose key alone differs. */
  rekeyed(tenant: Tenant): Tenant;
  /** Sees something once, however many rules ask, and shows each of them how it was seen. */
  once<Result>(name: string, see: () => Promise<Result>): Promise<Result>;
  /** The same surroundings with nothing seen yet, for a second look: whatever is needed is seen anew, with fresh tenants. */
  afresh(): World;
  /** A Chromium. @throws NotTested where there is none. */
  browser(): Promise<Browser>;
  close(): Promise<void>;
};

/**
 * Starts the front, and the app where there is a command.
 *
 * @throws CheckError when the app can't be reached.
 */
export async function openWorld(options: CheckOptions, cloud: Cloud, browsers: Browsers): Promise<World> {
  const front = await openFront(cloud, performance.now());
  const decoy = await openDecoy();
  try {
    const process =
      options.start === undefined ? undefined : await startApp(options.start, options, front, decoy);
    await checkReachable(options).catch(async (error: unknown) => {
      await process?.stop();
      throw error;
    });
    return assemble({ options, cloud, browsers, front, decoy, process });
  } catch (error) {
    await Promise.all([front.close(), decoy.close()]);
    throw error;
  }
}

/** Eleven hours behind UTC: what holds local time against UTC by mistake lives so much longer. */
const farZone = "Etc/GMT+11";

/** The app calls the front for Cloud, is offered a Core that it should leave alone, and lives where local time is not UTC. */
function startApp(
  command: string,
  { callback }: CheckOptions,
  front: Front,
  decoy: Decoy,
): Promise<AppProcess> {
  const core = Object.fromEntries(coreVariables.map((name) => [name, decoy.url]));
  return startProcess({
    command,
    cloudUrl: front.url,
    environment: { ...core, ANNEX_CLOUD_URL: front.url, CLOUD_API: front.url, TZ: farZone },
    address: callback,
  });
}

type Parts = Pick<World, "options" | "cloud" | "front" | "decoy" | "process"> & {
  readonly browsers: Browsers;
};

function assemble({ options, cloud, browsers, front, decoy, process }: Parts): World {
  const appId = `app_${randomUUID()}`;
  const known: Tenant[] = [];
  const admit = (tenant: Tenant) => {
    known.push(tenant);
    noteTenant(tenant);
    front.admit(tenant);
    return tenant;
  };
  const world: Unseen = {
    options,
    cloud,
    front,
    decoy,
    process,
    editions: options.edition === "both" ? ["guide", "later"] : [options.edition],
    tenants: known,
    tokens: new Set(),
    restless: new Set(),
    repeated: new Set(),
    large: new Set(),
    programs: new Set(),
    tenant: (given = {}) => {
      const edition = options.edition === "both" ? "guide" : options.edition;
      const asked = { edition, grant: options.asks, ...given };
      return admit(newTenant(`tenant ${known.length + 1}`, appId, asked));
    },
    rekeyed: (tenant) => admit(withOtherKey(tenant)),
    browser: () => browsers.open(),
    close: async () => {
      await process?.stop();
      await Promise.all([front.close(), decoy.close()]);
    },
  };
  return withMemory(world);
}

/** The surroundings, and nothing that was seen in them. */
type Unseen = Omit<World, "once" | "afresh" | "inVain">;

/** Remembers what was seen, until somebody looks afresh. */
function withMemory(world: Unseen): World {
  const seen = new Map<string, { readonly result: Promise<unknown>; readonly trace: Trace }>();
  return {
    ...world,
    inVain: [],
    once: async <Result>(name: string, see: () => Promise<Result>) => {
      const seeing = seen.get(name) ?? begun(see);
      seen.set(name, seeing);
      try {
        return (await seeing.result) as Result;
      } finally {
        adopt(seeing.trace);
      }
    },
    afresh: () => withMemory(world),
  };
}

function begun(see: () => Promise<unknown>): { readonly result: Promise<unknown>; readonly trace: Trace } {
  const trace = emptyTrace();
  return { result: tracedBy(trace, see), trace };
}

/** Whether both URLs answer; any HTTP answer will do. @throws CheckError when one does not. */
export async function checkReachable({ callback, portal }: CheckOptions): Promise<void> {
  for (const url of [callback, portal]) {
    const answer = await send("GET", url, { milliseconds: 10_000 });
    if (answer.status !== null) continue;
    throw unreachable(new URL(url).origin, answer.error ?? "gave no answer");
  }
}

/** Whether nobody takes connections where an app was. */
export async function refusesConnections({ callback }: Pick<CheckOptions, "callback">): Promise<boolean> {
  const { error } = await send("GET", callback, { milliseconds: 3000, isProbe: true });
  return error?.includes(refusedConnection) === true;
}

const certificateProblems =
  /DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w*(CERT|SIGNATURE)\w*|CERT_\w+|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH/;

/** As Node's client says that it can't make anything of what came. */
const noHttp = /UND_ERR_HEADERS_OVERFLOW|HPE_|does not match the HTTP|Parse Error/;

function unreachable(origin: string, error: string): CheckError {
  const certificate = certificateProblems.exec(error)?.[0];
  if (certificate !== undefined)
    return new CheckError(
      `The certificate of ${origin} doesn't hold (${certificate}), so neither Cloud nor a browser would talk to the app.`,
      "Give it one of a known authority for this very name that has not run out; where a private authority signs, name its certificate in NODE_EXTRA_CA_CERTS.",
    );
  if (noHttp.test(error))
    return new CheckError(
      `What ${origin} answers is no HTTP that anybody reads: it ${error}.`,
      "See what listens there: another program's port, or headers that are longer than a client takes (16 KiB).",
    );
  if (isUnanswered({ error }))
    return new CheckError(
      `The app can't be reached: ${origin} ${error}.`,
      "See whether it hangs, or a firewall holds back what is sent there: any answer would do, of any status.",
    );
  return new CheckError(
    `The app can't be reached: ${origin} ${error}.`,
    "Start the app and check the URLs; or give --start with the command that runs it.",
  );
}
