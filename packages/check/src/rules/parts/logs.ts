/** What the app wrote down while events, launches, pages and refusals went on. */
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { NotTested } from "../../evidence/index.ts";
import {
  deliver,
  enter,
  inAnotherInstance,
  install,
  installBody,
  installed,
  launch,
  note,
  pause,
  requestPortal,
  type Tenant,
  uninstall,
  until,
  type World,
} from "../../world/index.ts";
import { askedByScripts } from "./invented-links.ts";
import { worksHard, worksSideBySide } from "./manner.ts";
import { stir } from "./watching.ts";

export type LogSeen = {
  readonly tenant: Tenant;
  /** Of two launches. */
  readonly urls: readonly string[];
  readonly text: string;
  /** Whether some of it was let go. */
  readonly isCut: boolean;
};

/** Reads the app's output and its log files after it had every occasion to log what it must not. */
export function seeLogs(world: World): Promise<LogSeen> {
  return world.once("logs", async () => {
    const { tenant, urls } = await occasions(world);
    await pause(1000);
    return { tenant, urls, ...logText(world) };
  });
}

/** Begins while other rules run, where that does not hold up the work that they watch. */
export async function beginOccasions(world: World): Promise<void> {
  const { process } = world;
  try {
    if (process === undefined || (await isUnwatched(world)) || (await worksSideBySide(world)))
      await occasions(world);
  } catch {
    // Whoever reads the logs hears of it.
  }
}

/** A quick check leaves out what watches much work. */
async function isUnwatched(world: World): Promise<boolean> {
  return world.options.fast === true && (await worksHard(world));
}

/** Gives the app every occasion to log what it must not. */
function occasions(world: World): Promise<Pick<LogSeen, "tenant" | "urls">> {
  return world.once("occasions to log", async () => {
    const tenant = await installed(world);
    const urls = [await launch(world, tenant), await launch(world, tenant)];
    const [url = ""] = urls;
    await enter(url);
    await enter(url);
    // What a page sends on, its scripts may send.
    await askedByScripts(world, url).catch((error: unknown) => note(`The page did not open: ${error}`));
    const broken = world.tenant({ toldWrongly: true });
    await deliver(world.options.callback, { ...installBody(broken), granted_permissions: ["data:nothing"] });
    await deliver(world.options.callback, { ...installBody(tenant), ...inAnotherInstance(tenant) });
    await deliver(world.options.callback, JSON.stringify(installBody(broken)).slice(0, -20));
    await requestPortal(world.options.portal, "{");
    await uninstall(world, tenant);
    if (world.process !== undefined) await troubledWork(world);
    return { tenant, urls };
  });
}

/** Work after an install while Cloud fails in turn in every way that an app may feel like writing down. */
async function troubledWork(world: World): Promise<void> {
  const tenant = world.tenant();
  const clear = await Promise.all(troubles.map((trouble) => world.front.meets(tenant, trouble)));
  await install(world, tenant);
  await stir(world, tenant);
  await until(() => tenant.calls.length > troubles.length, longestTrouble);
  await Promise.all(clear.map((end) => end()));
  await uninstall(world, tenant);
}

const longestTrouble = 5000;
const troubles = [
  { fault: "gateway-status", status: 500, times: 1 },
  { fault: "gateway-status", status: 422, times: 1 },
  { fault: "gateway-401", times: 1 },
  { fault: "gateway-cut", after: "request", times: 1 },
] as const;

/** More than an app writes in a check, of each file and of its output; in bytes. */
const mostOfLog = 32 * 1024 * 1024;

/** What is known of the app's log, and whether that is all of it. */
export function logText({ options, process }: World): Pick<LogSeen, "text" | "isCut"> {
  const files = (options.logs ?? []).filter((file) => existsSync(file)).map(endsOf);
  return {
    text: [process?.output() ?? "", ...files.map(({ text }) => text)].join("\n"),
    isCut: process?.isOutputCut() === true || files.some(({ isCut }) => isCut),
  };
}

/** A file, or its beginning and its end. */
function endsOf(path: string): Pick<LogSeen, "text" | "isCut"> {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const half = mostOfLog / 2;
    if (size <= mostOfLog) return { text: readFrom(file, 0, size), isCut: false };
    return { text: `${readFrom(file, 0, half)}\n…\n${readFrom(file, size - half, half)}`, isCut: true };
  } finally {
    closeSync(file);
  }
}

function readFrom(file: number, at: number, length: number): string {
  const bytes = Buffer.alloc(length);
  return bytes.toString("latin1", 0, readSync(file, bytes, 0, length, at));
}

/** @throws NotTested where the middle of the log was not looked through. */
export function mustBeWholeLog({ isCut }: Pick<LogSeen, "isCut">): void {
  if (!isCut) return;
  throw new NotTested(
    "The app wrote so much to its log that only the beginning and the end of it were looked through, and nothing was found there.",
    "It needs an app that logs less while it is checked, into a new file.",
  );
}
