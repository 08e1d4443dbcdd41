/** Opening a directory whose process was killed: soon, and with nothing left to chance. Flushes are counted here. */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { openTestLedger, send, textOf } from "./harness.ts";

const flushed = vi.hoisted(() => ({ oneByOne: 0, together: 0 }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return {
    ...fs,
    fdatasyncSync(file: number) {
      flushed.oneByOne++;
      fs.fdatasyncSync(file);
    },
  };
});
vi.mock("node:fs/promises", async (original) => {
  const fs = await original<typeof import("node:fs/promises")>();
  return {
    ...fs,
    async open(path: string, flags: string) {
      const file = await fs.open(path, flags);
      const sync = file.sync.bind(file);
      file.sync = () => {
        flushed.together++;
        return sync();
      };
      return file;
    },
  };
});

it("after a kill flushes what may be unflushed together, not one file after the other", async () => {
  const folder = await mkdtemp(join(tmpdir(), "annex-reopening-"));
  const on = (name: string) =>
    ({ kind: "embedded", directory: join(folder, name), flush: true, thread: false }) as const;
  const open = async (name: string) => {
    Object.assign(flushed, { oneByOne: 0, together: 0 });
    const ledger = await openTestLedger([], { database: on(name) });
    return { ledger, ...flushed };
  };

  const first = await open("first");
  const id = textOf(await send(first.ledger, "POST", "/ledgers", { name: "Kept" }), "ledger_id");
  // What a killed process leaves: its files, as they are.
  for (const name of ["postgres", "ready"])
    await cp(join(folder, "first", name), join(folder, "killed", name), { recursive: true });
  await first.ledger.close();

  const killed = await open("killed");
  expect(killed.together).toBeGreaterThan(400);
  // The log and what it changed, and folders.
  expect(killed.oneByOne).toBeGreaterThan(10);
  expect(killed.oneByOne).toBeLessThan(300);
  expect((await send(killed.ledger, "GET", `/ledgers/${id}`)).status).toBe(200);
  await killed.ledger.close();

  const orderly = await open("first");
  expect(orderly.together).toBe(0);
  await orderly.ledger.close();
  await rm(folder, { recursive: true });
}, 120_000);
