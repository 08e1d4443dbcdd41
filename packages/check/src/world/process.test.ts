import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { type CheckError, EndedError } from "./errors.ts";
import { startProcess } from "./process.ts";

vi.setConfig({ testTimeout: 60_000 });

async function freeAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/callback`;
}

const plan = (command: string, address: string) => ({
  command,
  cloudUrl: "http://cloud.test",
  environment: { PORT: new URL(address).port },
  address,
});

/** Ends when it is asked for that. */
const mortal = `exec "${process.execPath}" -e '
  require("node:http").createServer((request, response) => {
    if (request.url === "/end") throw new Error("no such field");
    response.end();
  }).listen(Number(process.env.PORT), "127.0.0.1")'`;

test("how an app ended by itself is known, and it is started again; what the checker ends is no such end", async () => {
  const address = await freeAddress();
  const app = await startProcess(plan(mortal, address));
  onTestFinished(() => app.stop());
  const ask = (path: string) => fetch(new URL(path, address)).then(({ status }) => status);
  await expect(ask("/end")).rejects.toThrow();
  await vi.waitFor(() => expect(app.ends).toHaveLength(1), 20_000);
  expect(app.ends[0]?.how).toMatch(/^ended with code 1 .*no such field/);
  await Promise.all([app.revive(), app.revive()]);
  expect(await ask("/")).toBe(200);
  await app.kill();
  await vi.waitFor(() => expect(app.runs()).toBe(false), 20_000);
  expect(app.ends).toHaveLength(1);
});

/** Ends when it is asked for that with its last words, and at each start after it so long as a file is there. */
const dying = (file: string, words: string) => `exec "${process.execPath}" -e '
  const { existsSync, writeFileSync, readFileSync } = require("node:fs");
  const starts = existsSync("${file}") ? Number(readFileSync("${file}", "utf8")) : 0;
  if (starts > 0) {
    writeFileSync("${file}", String(starts - 1));
    throw new Error("poisoned");
  }
  require("node:http").createServer((request, response) => {
    if (request.url === "/") return response.end();
    writeFileSync("${file}", request.url.slice(1));
    console.error("${words}");
    process.exit(1);
  }).listen(Number(process.env.PORT), "127.0.0.1")'`;

async function startDying(words = "") {
  const directory = mkdtempSync(join(tmpdir(), "annex-process-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const address = await freeAddress();
  const app = await startProcess(plan(dying(join(directory, "starts"), words), address));
  onTestFinished(() => app.stop());
  const poison = async (startsInVain: number) => {
    const known = app.ends.length;
    await expect(fetch(new URL(`/${startsInVain}`, address))).rejects.toThrow();
    await vi.waitFor(() => expect(app.ends.length).toBeGreaterThan(known), 20_000);
  };
  return { app, poison };
}

test("an app that ends when it is started again is started twice, and anew for whoever asks later", async () => {
  const { app, poison } = await startDying();
  await poison(1);
  await app.revive();
  await poison(3);
  await expect(app.revive()).rejects.toBeInstanceOf(EndedError);
  await app.revive();
  expect(app.runs()).toBe(true);
  // What ended before it answered is no end of what ran.
  expect(app.ends).toHaveLength(2);
});

test("last words that are too long hold no half of a word, which might be a key", async () => {
  const key = `key-${"k".repeat(40)}`;
  const { app, poison } = await startDying(`${key} ${"was refused ".repeat(23)}, the end.`);
  await poison(0);
  expect(app.ends[0]?.how).toContain("the end.");
  expect(app.ends[0]?.how).not.toContain("kk");
});

test("a command that is ended by a signal is not waited for", async () => {
  const error = await startProcess(plan("kill -9 $$", await freeAddress())).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(EndedError);
  expect((error as CheckError).message).toContain("SIGKILL");
});

test("a command that ends with a line without an end, or with no word, is told in a few words", async () => {
  const messageOf = async (command: string) => {
    const error = await startProcess(plan(command, await freeAddress())).catch((cause: unknown) => cause);
    return (error as CheckError).message;
  };
  const endless = `node -e 'process.stdout.write("x".repeat(20_000_000), () => process.exit(3))'`;
  expect((await messageOf(endless)).length).toBeLessThan(5000);
  expect(await messageOf("exit 3")).toBe(
    "The command that starts the app ended with code 3. It wrote nothing.",
  );
});
