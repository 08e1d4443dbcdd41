/** Plays the recordings of the real Core against a ledger and returns what differed, by recording. */
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
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

const lanes = 5;

/**
 * Replays recordings on ledgers side by side, each with books of its own and its share, one recording after the other:
 * most of the time goes by waiting for what a ledger does later.
 *
 * Several recordings ask before Core came to its queue. On a busy machine that moment can be over; what differs is
 * played again on a patient ledger with nothing beside it, and must not differ there.
 */
export async function replay(open: OpenLedger, files: readonly string[]): Promise<readonly Replayed[]> {
  const shares = Array.from({ length: lanes }, (_, lane) =>
    files.filter((_file, index) => index % lanes === lane),
  );
  const first = (await Promise.all(shares.map((share) => replayOnNew(open, {}, share)))).flat();
  const differing = first.filter(({ ok }) => !ok).map(({ file }) => file);
  if (differing.length === 0) return first;
  const again = await replayOnNew(open, patient, differing);
  return [...first.filter(({ ok }) => ok), ...again];
}

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
