import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { createWorkerIdentity, isDead } from "./worker-identity.ts";

const script = `
  const { createWorkerIdentity } = await import(${JSON.stringify(new URL("worker-identity.ts", import.meta.url).href)});
  process.stdout.write(createWorkerIdentity().worker);
  setInterval(() => {}, 1000);
`;

const changed = (worker: string, fields: object) => JSON.stringify({ ...JSON.parse(worker), ...fields });

test("a worker of another process is alive until that process is killed", async () => {
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [worker] = (await once(child.stdout, "data")).map(String);
  if (worker === undefined) return expect.unreachable();
  expect(isDead(worker)).toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isDead(worker)).toBe(true);
});

test("two workers of one process are alive together, and each until it retires", () => {
  const first = createWorkerIdentity();
  const second = createWorkerIdentity();
  first.retire();
  expect([isDead(first.worker), isDead(second.worker)]).toEqual([true, false]);
  second.retire();
});

// Elsewhere the system does not tell when a process or the machine was started, and leases decide.
test.skipIf(process.platform !== "linux").each([
  ["whose id another process has now", { started: "1" }, true],
  ["of before the machine was started anew", { boot: "another boot" }, true],
  ["with our id from before", { processId: process.pid, started: "1" }, true],
  ["of another machine, which only its lease can tell", { host: "elsewhere", boot: "another boot" }, false],
  ["of another container, which only its lease can tell", { namespace: "pid:[1]" }, false],
])("a worker %s", (_name, fields, dead) => {
  const parent = createWorkerIdentity();
  const worker = changed(parent.worker, { processId: process.ppid, ...fields });
  parent.retire();
  expect(isDead(worker)).toBe(dead);
});

test("a worker that cannot be read waits for its lease", () => {
  expect(isDead("of an earlier version")).toBe(false);
});
