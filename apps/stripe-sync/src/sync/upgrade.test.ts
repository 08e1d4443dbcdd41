/** A version that is deployed while a run of the one before it is under way. */
import type { App, JobContext, JobHandler, JobOptions } from "@annex/app";
import { afterEach, beforeEach, expect, test } from "vitest";
import { books, emptyLedger, movementOn, nothingAtStripe, now, toolsOn } from "../../test/books-on-paper.ts";
import { type Installation, installation } from "../../test/installation.ts";
import { classificationVersion } from "../mapping/kinds.ts";
import { readMovement } from "../mapping/movement.ts";
import { countFindings } from "../portal/open-findings.ts";
import type { FindingJson } from "../portal-types.ts";
import { defineCorrectJob } from "./correct-job.ts";
import { findingId, reportFindings } from "./findings.ts";
import type { SyncInput } from "./input.ts";
import { defineSyncJob, type SyncResult } from "./job.ts";
import { money } from "./outcomes.ts";
import type { PageResult } from "./reading.ts";
import { keepPosition, keyOf, positionOf, rememberBooks, type SyncData, syncData } from "./register.ts";
import { emptyTally } from "./tally.ts";

const older = "the table of the version before";
const movement = readMovement(movementOn());
type Handler = JobHandler<SyncInput, SyncResult>;

let installed: Installation;
let data: SyncData;
beforeEach(async () => {
  installed = await installation();
  data = syncData(installed.context.data, books);
  await rememberBooks(installed.context.data, books);
  await keepPosition(data, { ledgerId: "ldg_1", classification: older });
  const leg = { from: "To be looked at", to: "Stripe balance", amount: money(1000n, "USD") };
  const legs = [{ role: "net" as const, reference: movement.id, ...leg }];
  await data.movements.put(keyOf(movement), { movement, outcome: { state: "posted", legs } });
});
afterEach(() => installed.close());

/**
 * A run of this version to its end.
 *
 * @param kept results of the steps that another version has finished
 * @returns what each step came to
 */
async function runToEnd(
  kept: Readonly<Record<string, unknown>>,
  isDone: (name: string) => boolean,
): Promise<ReadonlyMap<string, unknown>> {
  const handlers: Handler[] = [];
  const app = { job: (_name: string, _options: unknown, one: Handler) => handlers.push(one) };
  const tools = toolsOn(installed, { stripe: nothingAtStripe(), ledger: emptyLedger() });
  defineSyncJob(app as unknown as App, { stripeOf: async () => tools.stripe, clock: () => now });
  const results = new Map<string, unknown>();
  const step = async (name: string, work: (unit: object) => Promise<unknown>) => {
    const result = isDone(name)
      ? (kept[name] ?? { tally: emptyTally, open: [], findings: 0 })
      : await installed.context.data.transaction((unit) => work(unit));
    results.set(name, result);
    return result;
  };
  const context = {
    ...installed.context,
    input: { reason: "schedule" },
    cloud: tools.cloud,
    runId: "run_1",
    signal: new AbortController().signal,
    progress: async () => undefined,
    step,
  };
  await handlers[0]?.(context as unknown as JobContext<SyncInput>);
  return results;
}

test("what the older version booked is looked at by the next run, whatever this one had looked at already", async () => {
  const prepared = {
    books,
    position: { ledgerId: "ldg_1", classification: older },
    reading: { verify: false },
    reclassify: false,
  };
  const kept = { prepare: prepared, accounts: [] };
  await runToEnd(kept, (name) => name !== "check" && name !== "tidy");
  expect((await positionOf(data))?.classification).toBe(older);

  const onlyLooks = ["prepare", "what is booked elsewhere 1", "check", "tidy"];
  const next = await runToEnd(kept, (name) => !onlyLooks.includes(name));
  const looked = next.get("what is booked elsewhere 1") as PageResult;
  expect(looked.tally.states).toEqual({ waiting: 1 });
  expect((await positionOf(data))?.classification).toBe(classificationVersion);
});

test("findings that the older version wrote beside this one are listed with the open ones after the next run", async () => {
  const finding = (code: FindingJson["code"]) => ({ object_id: "txn_9", code, error: "a", next: "b" });
  const id = findingId(finding("ledger_refused"));
  await reportFindings(data, "run_0", new Date(now), [{ finding: finding("ledger_refused") }]);
  expect(await countFindings(data)).toEqual({ new: 1, alerts: 0 });
  const kept = await data.findings.get(id);
  if (kept === undefined) throw new Error("It was not kept.");
  await data.findings.putMany([
    { key: id, value: { ...kept, status: "resolved" } },
    ...["dp_1", "dp_2"].map((key) => ({
      key,
      value: { ...kept, id: key, code: "alert_refused" as const },
    })),
  ]);
  const done = { prepare: { books, position: {}, reading: {} }, accounts: [], check: { currencies: [] } };
  await runToEnd(done, (name) => name !== "tidy");
  expect(await countFindings(data)).toEqual({ new: 2, alerts: 2 });
  expect(await data.openFindings.get(id)).toBeUndefined();
});

test("a sync and a correction write the same books, so they never work at once", () => {
  const defined: JobOptions<never>[] = [];
  const app = { job: (_name: string, options: JobOptions<never>) => defined.push(options) } as unknown as App;
  defineSyncJob(app, { stripeOf: () => Promise.reject(new Error("Nobody asks.")), clock: () => now });
  defineCorrectJob(app, { clock: () => now });
  const [sync, correct] = defined;
  expect(sync?.group).toBeDefined();
  expect(correct?.group).toBe(sync?.group);
  // Neither do two of one kind.
  expect([sync?.overlap, correct?.overlap]).toEqual(["queue", "queue"]);
});
