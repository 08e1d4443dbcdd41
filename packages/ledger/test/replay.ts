/** Plays the recordings of the real Core against a ledger and returns what differed, by recording. */
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

const folder = join(import.meta.dirname, "transcripts");

/** The recordings' file names. */
export async function recordings(): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
}

/**
 * How a ledger is opened for the recordings: several of them ask before Core came to its queue, which on a busy
 * machine takes longer than queued work is let lie.
 */
export const patient = { queuePauseMilliseconds: 300 };

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

/**
 * Replays recordings against ledgers of their own books, side by side: each takes its share, one recording after
 * the other. Most of the time goes by waiting for what a ledger does later.
 */
export async function replay(
  bases: readonly string[],
  files: readonly string[],
): Promise<readonly Replayed[]> {
  const shares = bases.map((_, share) => files.filter((_file, index) => index % bases.length === share));
  const reports = await Promise.all(bases.map((base, share) => replayOn(base, shares[share] ?? [])));
  return reports.flat();
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
