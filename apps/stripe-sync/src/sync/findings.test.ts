/** What happens to a finding while somebody decides about it. */
import { type App, AppError, type JobHandler, type PortalContext } from "@annex/app";
import { afterEach, beforeEach, expect, test } from "vitest";
import { books, now } from "../../test/books-on-paper.ts";
import { type Installation, installation } from "../../test/installation.ts";
import { acknowledgeAll } from "../portal/findings.ts";
import type { PortalParts } from "../portal/parts.ts";
import type { KeptFindingJson } from "../portal-types.ts";
import { defineCorrectJob } from "./correct-job.ts";
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
const approved = { approved_at: at, approved_by: "user_1" };
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

type Handler = JobHandler<{ readonly findingId: string }, string>;

/** The correction is tried once, and what it asks of Cloud is refused like this. */
async function correctionFails(status: number, meanwhile: () => Promise<void> = async () => {}) {
  const handlers: Handler[] = [];
  const app = { job: (_name: string, _options: unknown, one: Handler) => handlers.push(one) };
  defineCorrectJob(app as unknown as App, { clock: () => now });
  const context = {
    input: { findingId: "fnd_1" },
    data: installed.context.data,
    step: async () => {
      await meanwhile();
      throw new AppError({ code: "refused", status, whatHappened: "Refused.", whatToDo: "Wait." });
    },
  };
  await expect(handlers[0]?.(context as unknown as Parameters<Handler>[0])).rejects.toMatchObject({ status });
  return data.findings.get("fnd_1");
}

test.each([408, 423, 429, 503])(
  "a correction that is tried again after %i stays approved",
  async (status) => {
    await data.findings.put("fnd_1", found("fnd_1", approved));
    expect(await correctionFails(status)).toMatchObject(approved);
  },
);

test("one that was refused is approved no more", async () => {
  await data.findings.put("fnd_1", found("fnd_1", approved));
  expect(await correctionFails(403)).not.toHaveProperty("approved_at");
});

test("what a sync resolves while its correction is refused stays resolved", async () => {
  await data.findings.put("fnd_1", found("fnd_1", approved));
  const resolved = { ...found("fnd_1", approved), status: "resolved" as const, resolved_at: at };
  expect(await correctionFails(403, () => data.findings.put("fnd_1", resolved))).toEqual(resolved);
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
