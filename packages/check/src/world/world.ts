/** One check's surroundings put together, and what is seen once for many rules. */
import { randomUUID } from "node:crypto";
import type { Browser } from "playwright-core";
import type { Browsers } from "./chromium.ts";
import type { Cloud } from "./cloud.ts";
import { send } from "./doors.ts";
import { CheckError } from "./errors.ts";
import { type Front, openFront } from "./front.ts";
import type { CheckOptions, Edition } from "./options.ts";
import { type AppProcess, startProcess } from "./process.ts";
import { newTenant, type Tenant, type TenantOptions } from "./tenants.ts";
import { adopt, type Trace, withTrace } from "./trace.ts";

export type World = {
  readonly options: CheckOptions;
  readonly cloud: Cloud;
  readonly front: Front;
  /** There with `--start`. */
  readonly process: AppProcess | undefined;
  readonly editions: readonly Edition[];
  /** Every tenant of this check so far. */
  readonly tenants: readonly Tenant[];
  /** Every portal URL the app gave. */
  readonly tokens: Set<string>;
  /** Requests that the app's pages make without end, by method and address; nobody waits for them. */
  readonly restless: Set<string>;
  tenant(options?: TenantOptions): Tenant;
  /** Sees something once, however many rules ask, and shows each of them how it was seen. */
  once<Result>(name: string, see: () => Promise<Result>): Promise<Result>;
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
  try {
    const process =
      options.start === undefined
        ? undefined
        : await startProcess(options.start, front.url, options.callback);
    // An app of ours calls this Cloud from the first event on, so there has to be one.
    if (process !== undefined) await cloud.ready;
    await checkReachable(options).catch(async (error: unknown) => {
      await process?.stop();
      throw error;
    });
    return assemble({ options, cloud, browsers, front, process });
  } catch (error) {
    await front.close();
    throw error;
  }
}

type Parts = Pick<World, "options" | "cloud" | "front" | "process"> & { readonly browsers: Browsers };

function assemble({ options, cloud, browsers, front, process }: Parts): World {
  const appId = `app_${randomUUID()}`;
  const known: Tenant[] = [];
  const seen = new Map<string, Promise<{ readonly result: unknown; readonly trace: Trace }>>();
  return {
    options,
    cloud,
    front,
    process,
    editions: options.edition === "both" ? ["guide", "later"] : [options.edition],
    tenants: known,
    tokens: new Set(),
    restless: new Set(),
    tenant: (given = {}) => {
      const edition = options.edition === "both" ? "guide" : options.edition;
      const asked = { edition, grant: options.asks, ...given };
      const tenant = newTenant(`tenant ${known.length + 1}`, appId, asked);
      known.push(tenant);
      front.admit(tenant);
      return tenant;
    },
    once: async <Result>(name: string, see: () => Promise<Result>) => {
      const seeing = seen.get(name) ?? withTrace(see);
      seen.set(name, seeing);
      const { result, trace } = await seeing;
      adopt(trace);
      return result as Result;
    },
    browser: () => browsers.open(),
    close: async () => {
      await process?.stop();
      await front.close();
    },
  };
}

/** Whether both URLs answer; any HTTP answer will do. @throws CheckError when one does not. */
export async function checkReachable({ callback, portal }: CheckOptions): Promise<void> {
  for (const url of [callback, portal]) {
    const answer = await send("GET", url, { milliseconds: 10_000 });
    if (answer.status !== null) continue;
    throw new CheckError(
      `The app can't be reached: ${new URL(url).origin} ${answer.error}.`,
      "Start the app, check the URLs and, for https, its certificate; or give --start with the command that runs it.",
    );
  }
}
