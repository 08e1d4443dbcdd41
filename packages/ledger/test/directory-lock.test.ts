/**
 * Two containers on one volume: the second one took the number in the lock file for a process of its own world,
 * found no such process, and wrote over the first one's books. Now the operating system holds the lock.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { engineMajorVersion } from "../src/store/embedded-engine.ts";
import { openTestLedger } from "./harness.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "annex-ledger-lock-"));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const database = () => ({ kind: "embedded", directory }) as const;
const open = () => openTestLedger([], { database: database() });

async function openElsewhere(): Promise<ChildProcess> {
  const file = join(import.meta.dirname, "kill-child.ts");
  const child = spawn(process.execPath, [file, JSON.stringify(database())], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await Promise.race([once(child.stdout ?? child, "data"), endedEarly(child)]);
  return child;
}

async function endedEarly(child: ChildProcess): Promise<never> {
  const [code] = await once(child, "exit");
  throw new Error(`The other process ended with ${code} before it held the directory.`);
}

it("refuses a directory that another process has, and takes it when that one was killed", async () => {
  const holder = await openElsewhere();
  await expect(open()).rejects.toThrow(`the ledger's directory ${directory} is in use`);
  const ended = once(holder, "exit");
  holder.kill("SIGKILL");
  await ended;
  await (await open()).close();
}, 60_000);

it("keeps no number of a process anywhere, which would mean another one in another container", async () => {
  const holder = await openElsewhere();
  const locks = (await readdir(directory)).filter((name) => name.endsWith(".lock"));
  expect(locks).toEqual(["annex.lock"]);
  expect(await readFile(join(directory, "annex.lock"), "utf8")).not.toContain(String(holder.pid));
  holder.kill("SIGKILL");
  await once(holder, "exit");
}, 60_000);

it("refuses the books of another PostgreSQL with a sentence, and leaves them as they are", async () => {
  await (await open()).close();
  const file = join(directory, "postgres", "PG_VERSION");
  expect((await readFile(file, "utf8")).trim()).toBe(engineMajorVersion);
  await writeFile(file, "17\n");
  await expect(open()).rejects.toThrow("were written by PostgreSQL 17");
  await writeFile(file, `${engineMajorVersion}\n`);
  await (await open()).close();
}, 60_000);
