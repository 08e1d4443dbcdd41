/** Plays the recordings of the real Core against a ledger and returns what differed, by recording. */
import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Ledger, LedgerOptions } from "../src/index.ts";

const folder = join(import.meta.dirname, "transcripts");

/** The recordings' file names. */
export async function recordings(): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
}

/** A ledger that lets queued work lie for so long that whoever asks at once on a busy machine still finds it there. */
const patient = { queuePauseMilliseconds: 300 };

/** One recording replayed. */
export interface Replayed {
  readonly file: string;
  readonly ok: boolean;
  readonly steps: number;
  readonly differences: readonly {
    readonly where: string;
    readonly recorded: string;
    readonly replayed: string;
  }[];
}

/** Opens a ledger on new books. */
export type OpenLedger = (options: Partial<LedgerOptions>) => Promise<Ledger>;

const lanes = 3;

/**
 * Replays recordings on ledgers side by side, each with books of its own and its share, one recording after the other:
 * most of the time goes by waiting for what a ledger does later.
 *
 * Several recordings ask before Core came to its queue. On a busy machine that moment can be over; what differs is
 * played again on a patient ledger with nothing beside it, and must not differ there.
 */
export async function replay(open: OpenLedger, files: readonly string[]): Promise<readonly Replayed[]> {
  const shares = await sharesOf(files);
  const first = (await Promise.all(shares.map((share) => replayOnNew(open, {}, share)))).flat();
  const differing = first.filter(({ ok }) => !ok).map(({ file }) => file);
  if (differing.length === 0) return first;
  const again = await replayOnNew(open, patient, differing);
  return [...first.filter(({ ok }) => ok), ...again];
}

/** The recordings in as many shares as there are lanes, each about as long as the others. */
async function sharesOf(files: readonly string[]): Promise<readonly (readonly string[])[]> {
  const shares = Array.from({ length: lanes }, () => ({ length: 0, files: [] as string[] }));
  const known = await Promise.all(files.map(async (file) => ({ file, length: await lengthOf(file) })));
  for (const { file, length } of known.toSorted((one, other) => other.length - one.length)) {
    const shortest = shares.reduce((least, share) => (share.length < least.length ? share : least));
    shortest.length += length;
    shortest.files.push(file);
  }
  return shares.map((share) => share.files);
}

/** About how many milliseconds a recording takes: those for which it waits, and some for each request. */
async function lengthOf(file: string): Promise<number> {
  const { steps } = JSON.parse(await readFile(join(folder, file), "utf8")) as {
    readonly steps: readonly { readonly settle?: number; readonly until?: unknown }[];
  };
  return steps.reduce(
    (sum, { settle = 0, until }) => sum + settle + (until === undefined ? perRequest : perWait),
    0,
  );
}

const perRequest = 5;
const perWait = 100;

async function replayOnNew(
  open: OpenLedger,
  options: Partial<LedgerOptions>,
  files: readonly string[],
): Promise<readonly Replayed[]> {
  const ledger = await open(options);
  const door = await ledger.listen({ port: 0 });
  try {
    return await replayOn(door.url, files);
  } finally {
    await door.close();
    await ledger.close();
  }
}

async function replayOn(base: string, files: readonly string[]): Promise<readonly Replayed[]> {
  const script = join(import.meta.dirname, "transcripts.mjs");
  const paths = files.map((file) => join(folder, file));
  const player = spawn(process.execPath, [script, "replay", "--base", base, "--json", ...paths], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  for await (const chunk of player.stdout) output += String(chunk);
  const end = output.lastIndexOf("]");
  const report = JSON.parse(output.slice(0, end + 1)) as readonly Replayed[];
  return report.map((one) => ({ ...one, file: one.file.slice(folder.length + 1) }));
}
