/**
 * One tenant has a hundred thousand runs queued, and they are being worked; how long another one's single run waits
 * then until it begins. On both stores.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "@annex/app";
import { startPostgres } from "../../../tests/support/postgres-server.ts";
import { callbackPath, capability, type Installed, newInstall } from "../http/events.ts";
import { keyRing } from "../http/server-process.ts";
import type { SuiteOptions } from "../options.ts";
import type { Row } from "../report.ts";

const queued = 100_000;
const startedAtOnce = 1000;
/** What another tenant may wait, and the most that is tolerated, in milliseconds. */
const target = 1000;
const floor = 2000;
const starts = 20;

export async function runFairnessSuite({ rounds, scale }: SuiteOptions): Promise<readonly Row[]> {
  const directory = mkdtempSync(join(tmpdir(), "annex-bench-fairness-"));
  const server = await startPostgres({ durable: true, settings: { shared_buffers: "256MB" } });
  const runs = Math.round(queued * scale);
  try {
    const sqlite: number[] = [];
    const postgres: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      sqlite.push(await measure(join(directory, `fair-${round}.db`), directory, runs));
      postgres.push(await measure(await server.createDatabase(`fair_${round}`), directory, runs));
    }
    return [rowOf("SQLite", runs, sqlite), rowOf("PostgreSQL", runs, postgres)];
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The longest that one of several starts waited. */
async function measure(database: string, directory: string, runs: number): Promise<number> {
  const app = createApp({
    name: "fairness",
    manifest: { name: "Bench", description: "", developer: "Annex", logoUrl: "", permissions: ["data:read"] },
    permissionPurposes: { "data:read": "to read balances" },
    environment: {
      ANNEX_DATABASE: database,
      ANNEX_CALLBACK_SECRET: capability,
      ANNEX_KEY_RING: keyRing,
      ANNEX_LOG: join(directory, "fairness.log"),
    },
  });
  let begun = () => {};
  const hold = Promise.withResolvers<void>();
  const many = app.job<number, void>("many", {}, async () => {
    await hold.promise;
    await new Promise<void>((resolve) => setImmediate(resolve));
  });
  const single = app.job("single", {}, () => begun());
  const [large, small] = [newInstall(), newInstall()];
  for (const each of [large, small]) await install(app, each);
  const tenants = [await app.installation(large.id), await app.installation(small.id)];
  const [ofLarge, ofSmall] = tenants;
  if (ofLarge === undefined || ofSmall === undefined) throw new Error("The tenants are not installed.");
  for (let from = 0; from < runs; from += startedAtOnce)
    await ofLarge.data.transaction(({ jobs }) => {
      for (let index = from; index < Math.min(runs, from + startedAtOnce); index += 1)
        jobs.start(many, index);
    });
  hold.resolve();
  let longest = 0;
  for (let start = 0; start < starts; start += 1) {
    const began = performance.now();
    const started = new Promise<void>((resolve) => {
      begun = resolve;
    });
    await ofSmall.jobs.start(single);
    await started;
    longest = Math.max(longest, performance.now() - began);
  }
  const { queued: left } = await ofLarge.jobs.counts();
  if (left === 0) throw new Error("The queue was empty before the last start; nothing was measured.");
  await app.close();
  return longest;
}

async function install(app: ReturnType<typeof createApp>, { body }: Installed): Promise<void> {
  const request = new Request(`http://localhost${callbackPath}`, { method: "POST", body });
  const answer = await app.fetch(request);
  if (answer.status !== 200) throw new Error(`The install was answered with ${answer.status}.`);
}

function rowOf(store: string, runs: number, longest: readonly number[]): Row {
  return {
    what: `${store}: one run beside ${runs.toLocaleString("en")} of another tenant, longest wait`,
    against: `${target} ms`,
    ratios: longest.map((milliseconds) => milliseconds / target),
    ours: longest,
    unit: "ms",
    target: { atMost: 1 },
    floor: { atMost: floor / target },
  };
}
