import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
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
  expect(app.ends[0]).toMatch(/^ended with code 1 .*no such field/);
  await Promise.all([app.revive(), app.revive()]);
  expect(await ask("/")).toBe(200);
  await app.kill();
  await vi.waitFor(() => expect(app.runs()).toBe(false), 20_000);
  expect(app.ends).toHaveLength(1);
});

test("a command that is ended by a signal is not waited for", async () => {
  const error = await startProcess(plan("kill -9 $$", await freeAddress())).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(EndedError);
  expect((error as CheckError).message).toContain("SIGKILL");
});
