/** What happens to a finding while somebody decides about it. */
import type { App, JobHandler, PortalContext } from "@annex/app";
import { afterEach, beforeEach, expect, test } from "vitest";
import { books, now } from "../../test/books-on-paper.ts";
import { type Installation, installation } from "../../test/installation.ts";
import { acknowledge, acknowledgeAll, approve } from "../portal/findings.ts";
import type { PortalParts } from "../portal/parts.ts";
import type { KeptFindingJson } from "../portal-types.ts";
import { type CorrectInput, defineCorrectJob } from "./correct-job.ts";
import {
  acknowledgedBy,
  acknowledgeFinding,
  findingId,
  reportFindings,
  resolveFindings,
} from "./findings.ts";
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

test("of two who acknowledge at once both are kept, and what was said before it is new again", async () => {
  const finding = { object_id: "cus_1", code: "customer_doubtful", error: "Two.", next: "" } as const;
  const key = findingId(finding);
  await reportFindings(data, "run_1", new Date(now), [{ finding }]);
  const said = (id: string, reason: string) =>
    acknowledgeFinding(data, key, { userId: id, reason }, new Date(now));
  await Promise.all([said("user_1", "It is the first."), said("user_2", "It is the second.")]);
  const both = await data.findings.get(key);
  const [first] = both?.acknowledged_before ?? [];
  expect([first?.by, both?.acknowledged_by].sort()).toEqual(["user_1", "user_2"]);
  expect([first?.reason, both?.reason].sort()).toEqual(["It is the first.", "It is the second."]);
  const another = { ...finding, error: "Three." };
  await reportFindings(data, "run_2", new Date(now), [{ finding: another }]);
  const anew = await data.findings.get(key);
  expect([anew?.status, anew?.reason, anew?.acknowledged_before?.length]).toEqual(["new", undefined, 2]);
  await resolveFindings(data, "cus_1", new Date(now));
  await reportFindings(data, "run_3", new Date(now), [{ finding: another }]);
  expect((await data.findings.get(key))?.acknowledged_before).toEqual(anew?.acknowledged_before);
});

test("of what was said of a finding the latest hundred words are kept, with the last one besides", () => {
  const said = Array.from({ length: 102 }, (_word, index) => `Word ${index}.`);
  const last = said.reduce(
    (finding, reason) => acknowledgedBy(finding, { reason }, new Date(now)),
    found("cus_1"),
  );
  expect(last.reason).toBe("Word 101.");
  expect(last.acknowledged_before?.map(({ reason }) => reason)).toEqual(said.slice(1, 101));
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

/** What the correction of a finding comes to. */
async function corrects(input: CorrectInput): Promise<string> {
  const handlers: JobHandler<CorrectInput, string>[] = [];
  const app = { job: (_name: string, _options: unknown, one: (typeof handlers)[0]) => handlers.push(one) };
  defineCorrectJob(app as unknown as App, { clock: () => now });
  const context = {
    input,
    data: installed.context.data,
    step: async (_name: string, work: () => Promise<unknown>) => work(),
  };
  const [run] = handlers;
  if (run === undefined) throw new Error("No job was defined.");
  return run(context as unknown as Parameters<typeof run>[0]);
}

test("a correction that another sync has changed since it was approved is not posted", async () => {
  await data.findings.put("fnd_1", found("fnd_1"));
  await expect(corrects({ findingId: "fnd_1" })).rejects.toMatchObject({
    code: "approved_no_more",
    status: 409,
  });
});

test("what was found of a former key is acknowledged, approved and corrected in its own books", async () => {
  const { context } = installed;
  const former = { account: "acct_1Former", mode: "live" } as const;
  const kept = syncData(context.data, former);
  await rememberBooks(context.data, former);
  await rememberBooks(context.data, books);
  await kept.findings.put("EUR~balance_differs", found("EUR~balance_differs", { code: "balance_differs" }));
  await data.findings.put("EUR~balance_differs", found("EUR~balance_differs", { code: "balance_differs" }));
  const started: unknown[] = [];
  const c = {
    ...context,
    query: (name: string) => (name === "books" ? "acct_1Former-live" : undefined),
    param: () => "EUR~balance_differs",
    body: async () => ({ reason: "The account was closed." }),
    json: (answer: unknown) => answer,
    data: {
      ...context.data,
      transaction: async (work: (unit: object) => Promise<unknown>) => {
        let inCommit: unknown[] = [];
        const result = await context.data.transaction((unit) => {
          // What another commit was ahead of is done again from the beginning.
          inCommit = [];
          return work({ ...unit, jobs: { start: (_job: unknown, input: unknown) => inCommit.push(input) } });
        });
        started.push(...inCommit);
        return result;
      },
    },
  };
  const parts = { clock: () => now, correct: { name: "correct" } } as unknown as PortalParts;
  await acknowledge(c as unknown as PortalContext<"findingId">, parts);
  // Pressed twice at once, it is approved once.
  await Promise.all([1, 2].map(() => approve(c as unknown as PortalContext<"findingId">, parts)));
  const statuses = [kept, data].map(
    async ({ findings }) => (await findings.get("EUR~balance_differs"))?.status,
  );
  expect(await Promise.all(statuses)).toEqual(["acknowledged", "new"]);
  const input = { findingId: "EUR~balance_differs", books: former };
  expect(started).toEqual([expect.objectContaining(input)]);
  // There it is approved; in the books that are read now nobody has approved it.
  await expect(corrects({ ...input, books })).rejects.toMatchObject({ code: "approved_no_more" });
  await expect(corrects(input)).rejects.toMatchObject({ code: "nothing_to_correct" });
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
    query: () => undefined,
    body: async () => ({ reason: "All known.", code: "customer_doubtful" }),
    json: (answer: unknown) => answer,
  };
  const parts = { clock: () => now } as PortalParts;
  expect(await acknowledgeAll(c as unknown as PortalContext, parts)).toEqual({ acknowledged: 1 });
  expect((await data.findings.list()).map(({ value }) => value.status)).toEqual(["acknowledged", "resolved"]);
});
