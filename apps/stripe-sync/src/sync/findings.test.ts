/** What happens to a finding while somebody decides about it. */
import type { App, JobHandler, PortalContext } from "@annex/app";
import { afterEach, beforeEach, expect, test } from "vitest";
import { books, now } from "../../test/books-on-paper.ts";
import { type Installation, installation } from "../../test/installation.ts";
import { acknowledgeAll } from "../portal/findings.ts";
import type { PortalParts } from "../portal/parts.ts";
import type { KeptFindingJson } from "../portal-types.ts";
import { defineCorrectJob } from "./correct-job.ts";
import { acknowledgeFinding, findingId, reportFindings } from "./findings.ts";
import { keepPosition, rememberBooks, type SyncData, syncData } from "./register.ts";

let installed: Installation;
let data: SyncData;
beforeEach(async () => {
  installed = await installation();
  data = syncData(installed.context.data, books);
  await rememberBooks(installed.context.data, books);
  await keepPosition(data, { ledgerId: "ldg_1" });
});
afterEach(() => installed.close());

const at = new Date(now).toISOString();
const found = (id: string, changes: Partial<KeptFindingJson> = {}): KeptFindingJson => ({
  id,
  object_id: id,
  code: "customer_doubtful",
  error: "",
  next: "",
  status: "new",
  first_seen_at: at,
  last_seen_at: at,
  run_id: "run_1",
  corrections: [],
  ...changes,
});

test("what a member acknowledges while a run reports it again keeps who and why", async () => {
  const finding = { object_id: "cus_1", code: "customer_doubtful", error: "Two.", next: "" } as const;
  const key = findingId(finding);
  await reportFindings(data, "run_1", new Date(now), [{ finding }]);
  const { transaction } = installed.context.data;
  let isFirst = true;
  // Between what the run reads and what it puts.
  const between: typeof transaction = (work) =>
    transaction(async (unit) => {
      const result = await work(unit);
      if (isFirst) {
        isFirst = false;
        await acknowledgeFinding(data, key, { userId: "user_1", reason: "Known." }, new Date(now));
      }
      return result;
    });
  const slow = syncData({ ...installed.context.data, transaction: between }, books);
  await reportFindings(slow, "run_2", new Date(now), [{ finding }]);
  expect(await data.findings.get(key)).toMatchObject({
    status: "acknowledged",
    acknowledged_by: "user_1",
    reason: "Known.",
  });
});

test("a correction that another sync has changed since it was approved is not posted", async () => {
  await data.findings.put("fnd_1", found("fnd_1"));
  const handlers: JobHandler<{ readonly findingId: string }, string>[] = [];
  const app = { job: (_name: string, _options: unknown, one: (typeof handlers)[0]) => handlers.push(one) };
  defineCorrectJob(app as unknown as App, { clock: () => now });
  const context = {
    input: { findingId: "fnd_1" },
    data: installed.context.data,
    step: async (_name: string, work: () => Promise<unknown>) => work(),
  };
  const run = handlers[0]?.(context as unknown as Parameters<(typeof handlers)[0]>[0]);
  await expect(run).rejects.toMatchObject({ code: "approved_no_more", status: 409 });
});

test("what a sync resolves while all of a kind are acknowledged stays resolved", async () => {
  await data.findings.put("fnd_1", found("fnd_1"));
  await data.findings.put("fnd_2", found("fnd_2"));
  const { context } = installed;
  const collection: typeof context.data.collection = (name) => {
    const kept = context.data.collection<never>(name);
    const list: typeof kept.list = async (options) => {
      const page = await kept.list(options);
      await data.findings.put("fnd_2", { ...found("fnd_2"), status: "resolved", resolved_at: at });
      return page;
    };
    return { ...kept, list };
  };
  const c = {
    ...context,
    data: { ...context.data, collection },
    body: async () => ({ reason: "All known.", code: "customer_doubtful" }),
    json: (answer: unknown) => answer,
  };
  const parts = { clock: () => now } as PortalParts;
  expect(await acknowledgeAll(c as unknown as PortalContext, parts)).toEqual({ acknowledged: 1 });
  expect((await data.findings.list()).map(({ value }) => value.status)).toEqual(["acknowledged", "resolved"]);
});
