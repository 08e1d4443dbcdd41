/** What survives a restart, and who may open a directory (contract sections 9.2 and 10.6). */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { integerOf, makeBalances, openTestLedger, send, textOf } from "./harness.ts";

const faults: unknown[] = [];
let directory: string;
let present = Date.UTC(2030, 0, 1);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "annex-ledger-restart-"));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
  expect(faults).toEqual([]);
});

function open() {
  return openTestLedger(faults, {
    database: { kind: "embedded", directory },
    clock: () => new Date(present),
  });
}

it("does scheduled and expiring work after a restart, at its time and once", async () => {
  const before = await open();
  const [from = "", to = ""] = await makeBalances(before, 2);
  const common = {
    precision: 100,
    currency: "USD",
    description: "Later",
    source: from,
    destination: to,
    allow_overdraft: true,
  };
  const at = (seconds: number) => new Date(present + seconds * 1000).toISOString();
  const scheduled = { ...common, amount: 5, reference: "scheduled", scheduled_for: at(60) };
  expect(textOf(await send(before, "POST", "/transactions", scheduled), "status")).toBe("SCHEDULED");
  const expiring = {
    ...common,
    amount: 7,
    reference: "expiring",
    inflight: true,
    skip_queue: true,
    inflight_expiry_date: at(60),
  };
  expect(textOf(await send(before, "POST", "/transactions", expiring), "status")).toBe("INFLIGHT");
  await before.settle();
  await expect(open()).rejects.toThrow("in use");
  await before.close();

  const after = await open();
  await after.settle();
  const early = await send(after, "GET", `/balances/${to}`);
  expect([integerOf(early, "balance"), integerOf(early, "inflight_balance")]).toEqual([0n, 700n]);
  present += 61_000;
  await after.settle();
  await after.settle();
  const late = await send(after, "GET", `/balances/${to}`);
  expect([integerOf(late, "balance"), integerOf(late, "inflight_balance")]).toEqual([500n, 0n]);
  expect(integerOf(late, "version")).toBe(4n);
  await after.close();
}, 240_000);

it("brings older books up to date, and looks no further at those that are", async () => {
  const older = await open();
  await older.database.query("DROP TABLE blnk.balance_monitors", []);
  await older.close();
  const unlooked = await open();
  expect(await send(unlooked, "GET", "/balance-monitors")).toMatchObject({ status: 500 });
  expect(faults.splice(0)).toHaveLength(1);
  await unlooked.database.query("COMMENT ON SCHEMA annex IS 'an older one'", []);
  await unlooked.close();
  const updated = await open();
  expect(await send(updated, "GET", "/balance-monitors")).toEqual({ status: 200, body: null });
  await updated.close();
}, 60_000);
