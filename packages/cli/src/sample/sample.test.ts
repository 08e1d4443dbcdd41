/** The sample business: coherent by itself, the same for everybody on a day, and in the ledger through public doors. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseExactJson } from "@annex/protocol";
import { startSandbox } from "@annex/sandbox";
import { expect, onTestFinished, test, vi } from "vitest";
import { connect } from "../running-cloud.ts";
import { planBusiness, world } from "./business.ts";
import { fillWithSample } from "./index.ts";

vi.setConfig({ testTimeout: 120_000 });

const today = new Date("2026-11-26T09:00:00Z");

test("nothing is spent that is not there, in no account and at no time", () => {
  const { movements, holds, rejected, accounts } = planBusiness(today);
  const stands = new Map<string, bigint>();
  for (const { from, to, amount, currency } of [...movements, ...holds]) {
    expect(amount).toBeGreaterThan(0n);
    for (const key of [from, to])
      if (key !== world) expect(accounts.find((account) => account.key === key)?.currency).toBe(currency);
    const left = (stands.get(from) ?? 0n) - amount;
    if (from !== world) expect(left).toBeGreaterThanOrEqual(0n);
    stands.set(from, left);
    stands.set(to, (stands.get(to) ?? 0n) + amount);
  }
  expect(rejected.amount).toBeGreaterThan(stands.get(rejected.from) ?? 0n);
});

test("it is the same each time, in the order of its days, and its references are its own", () => {
  const business = planBusiness(today);
  expect(planBusiness(new Date("2026-11-26T23:59:00Z"))).toEqual(business);
  const times = business.movements.map(({ at }) => Math.floor(at.getTime() / 86_400_000));
  expect(times).toEqual(times.toSorted((left, right) => left - right));
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(85);
  const references = [...business.movements, ...business.holds].map(({ reference }) => reference);
  expect(new Set(references).size).toBe(references.length);
});

test("a new ledger gets it through the Cloud, whole; one that has transactions is left alone", async () => {
  const directory = mkdtempSync(join(tmpdir(), "annex-sample-"));
  const sandbox = await startSandbox({ port: 0, dataDirectory: directory, ledgers: "in-memory" });
  onTestFinished(async () => {
    await sandbox.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const cloud = connect({ data: directory });
  expect(await fillWithSample(cloud, today)).toBeGreaterThan(300);
  const instance = cloud.runFile.organizations[0]?.instances[0]?.instance_id ?? "";
  const path = "/transactions?limit=2000";
  // What went through the queue is refused when its turn comes.
  const rows = await vi.waitFor(
    async () => {
      const answer = await sandbox.askCore(instance, { method: "GET", path, headers: {} });
      const read = parseExactJson(Buffer.from(answer.body).toString()) as readonly Record<string, string>[];
      const states = new Set(read.map(({ status }) => status));
      for (const state of ["APPLIED", "INFLIGHT", "VOID", "REJECTED", "SCHEDULED"])
        expect(states).toContain(state);
      return read;
    },
    { timeout: 30_000, interval: 100 },
  );
  expect(new Set(rows.map(({ currency }) => currency))).toEqual(new Set(["USD", "EUR", "JPY", "KWD"]));
  const state = await cloud.call("GET", "/admin/state");
  expect(state.body["apps"]).toEqual([]);
  expect(await fillWithSample(cloud, today)).toBeUndefined();
});
