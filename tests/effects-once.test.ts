/**
 * Every write of the client under every way of losing its answer, against the real local Cloud: the answer is lost,
 * the work is executed again under the same scope, and Cloud has done it once, or the error says that nobody knows.
 */
import { createClient, createMemoryScope, OutcomeUnknown } from "@annex/client";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { describeEffectsInPlaces } from "./support/effects-in-places.ts";
import { describeEffectsUnderKills } from "./support/effects-under-kills.ts";
import { eventually } from "./support/running-cloud.ts";
import {
  startTroubledCloud,
  type Trouble,
  type TroubledCloud,
  troubledFetch,
  troubles,
} from "./support/troubled-cloud.ts";
import { prepareGround, type Row, rows, settledBalance } from "./support/writes.ts";

// Most of a square is waiting: for an answer that was lost, for what was queued. Side by side they wait together.
vi.setConfig({ maxConcurrency: 20 });

let world: TroubledCloud;
beforeAll(async () => {
  world = await startTroubledCloud();
});
afterAll(() => world.close());

/** Waits are those of the ledger's worker, not of the real Core's: a look may be as patient in a tenth of the time. */
const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds / 8));
const client = (options: Partial<Parameters<typeof createClient>[0]> = {}) =>
  createClient({ baseUrl: world.url, apiKey: world.apiKey, instanceId: world.instanceId, sleep, ...options });

async function executeTwice(row: Row, trouble: Trouble, thenAway: boolean): Promise<void> {
  const ground = await prepareGround(client());
  const prepared = (await row.prepare?.(ground)) ?? "";
  const scope = createMemoryScope(`instapp_1/run-${ground.mark}/step`);
  const failing = client({
    effects: scope,
    timeoutMilliseconds: 500,
    fetch: troubledFetch(trouble, thenAway),
  });
  const patient = client({ effects: scope });
  // The first execution may succeed in spite of the trouble; the second one replays it.
  const first = await outcomeOf(row.write(failing, ground, prepared));
  const second = await outcomeOf(row.write(patient, ground, prepared));
  if (second instanceof Error && row.unknowable === true) {
    expect(second).toBeInstanceOf(OutcomeUnknown);
    expect(await row.count(ground, prepared)).toBeLessThanOrEqual(1);
    return;
  }
  if (second instanceof Error) throw second;
  // What was queued is done a moment later; by then a second one would be done too.
  await eventually(
    row.name,
    () => row.count(ground, prepared),
    (count) => count > 0,
  );
  await settledBalance(ground.cloud, ground.to);
  expect(await row.count(ground, prepared)).toBe(1);
  if (!(first instanceof Error)) expect(second).toEqual(first);
}

function outcomeOf(call: Promise<unknown>): Promise<unknown> {
  return call.catch((error: unknown) => error);
}

/** Calls that change nothing in Cloud, whatever their method. */
const isRead = (call: string) => /^(get|list|statuses|detokenize)/.test(call);

// A write that the table does not know would be sent twice, and no test would say so.
test("every write of the client has its row", async () => {
  const real = client();
  const called = new Set<string>();
  const record = <Calls extends object>(calls: Calls): Calls =>
    new Proxy(calls, {
      get: (_calls, name) => async () => {
        called.add(String(name));
      },
    });
  const recording = { ...real, proxy: record(real.proxy), alerts: record(real.alerts) };
  const ground = { cloud: recording, mark: "m", ledgerId: "l", from: "f", to: "t", identityId: "i" };
  for (const row of rows) await row.write(recording, ground, "prepared");
  const calls = [...Object.keys(real.proxy), ...Object.keys(real.alerts)].filter((call) => !isRead(call));
  expect(calls.length).toBeGreaterThan(20);
  expect([...called].toSorted()).toEqual(calls.toSorted());
  // Whatever else the client can do, it reads.
  expect(Object.keys(real).toSorted()).toEqual(["alerts", "data", "filters", "proxy"]);
});

describe.concurrent.each(rows)("$name is done once", (row) => {
  for (const trouble of troubles) {
    test(`${trouble}, once`, () => executeTwice(row, trouble, false));
    test(`${trouble}, and Cloud is away until the next execution`, () => executeTwice(row, trouble, true));
  }
});

describeEffectsInPlaces(() => world);
describeEffectsUnderKills(() => world);
