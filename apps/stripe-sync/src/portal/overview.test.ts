/** What the first page and the settings promise, and what they do not. */
import { readFileSync } from "node:fs";
import { AppError } from "@annex/app";
import { type Scope, Secret } from "@annex/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { books, movementOn, now } from "../../test/books-on-paper.ts";
import { type Installation, installation } from "../../test/installation.ts";
import { booksName } from "../mapping/books.ts";
import { readMovement } from "../mapping/movement.ts";
import type { KeptFindingJson, PayoutJson } from "../portal-types.ts";
import { secretNames } from "../settings/settings.ts";
import { stripeApiVersion } from "../stripe/access.ts";
import { keyOf, rememberBooks, syncData } from "../sync/register.ts";
import { withCorrectionRuns } from "./approvals.ts";
import { objectDetail } from "./objects.ts";
import { countFindings, findingsOf } from "./open-findings.ts";
import { overview } from "./overview.ts";
import type { PortalParts } from "./parts.ts";
import { payoutDetail } from "./payouts.ts";
import { type SettingsParts, settings } from "./settings.ts";

let installed: Installation;
beforeEach(async () => {
  installed = await installation((app) => {
    app.job("sync", { input: z.unknown() }, async () => "nothing");
  });
  await rememberBooks(installed.context.data, books);
});
afterEach(() => installed.close());

const parts = {
  job: { name: "sync" },
  clock: () => now,
  source: { fallback: undefined },
  stripeOf: async () => {
    throw new AppError({
      code: "no_stripe_key",
      status: 409,
      whatHappened: "No key.",
      whatToDo: "Enter one.",
    });
  },
} as unknown as PortalParts & SettingsParts;

const at = new Date(now).toISOString();
const found = (id: string, code: KeptFindingJson["code"], status: KeptFindingJson["status"]) => ({
  key: id,
  value: {
    id,
    object_id: id,
    code,
    status,
    error: "",
    next: "",
    first_seen_at: at,
    last_seen_at: at,
    run_id: "r",
  },
});

test("the version of Stripe's API is said on the overview, in the settings and in the README", async () => {
  const { context } = installed;
  expect((await overview(context, parts)).source.api_version).toBe(stripeApiVersion);
  expect((await settings(context, parts)).key.api_version).toBe(stripeApiVersion);
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  expect(readme).toContain(`\`${stripeApiVersion}\`, sent with every call`);
});

test("the schedule promises nothing while there is no key to read with, or not what a sync needs", async () => {
  const granted = (...grantedPermissions: Scope[]) => {
    const context = installed.context;
    const installation = { ...context.installation, grantedPermissions };
    return new Proxy(context, {
      get: (target, name) => (name === "installation" ? installation : Reflect.get(target, name, target)),
    });
  };
  const whole = granted("data:read", "data:write");
  const lesser = granted("data:read");
  expect((await settings(whole, parts)).schedule.next_at).toBeUndefined();
  await installed.context.secrets.set(secretNames.key, new Secret("rk_test_0123456789", "rk_test_"));
  expect((await settings(whole, parts)).schedule.next_at).toBeDefined();
  expect((await settings(lesser, parts)).schedule.next_at).toBeUndefined();
  const stripeOf = async () => ({ mode: "simulator", address: "" });
  const withStripe = { ...parts, stripeOf } as unknown as PortalParts;
  expect((await overview(whole, withStripe)).next_sync_at).toBeDefined();
  expect((await overview(lesser, withStripe)).next_sync_at).toBeUndefined();
});

test("only with a signing secret does the webhook start anything", async () => {
  const { context } = installed;
  expect((await overview(context, parts)).webhook).toBe(false);
  await context.secrets.set(secretNames.webhook, new Secret("whsec_0123456789abcdef", "whsec_"));
  expect((await overview(context, parts)).webhook).toBe(true);
});

test("findings are counted to the last one, and disputes without their alert until that is resolved", async () => {
  const { context } = installed;
  const { findings } = syncData(context.data, books);
  const many = Array.from({ length: 1500 }, (_, index) => found(`txn_${index}`, "ledger_differs", "new"));
  await findings.putMany(many);
  await findings.putMany([
    found("dp_1", "alert_refused", "acknowledged"),
    found("dp_2", "alert_uncertain", "new"),
    found("dp_3", "alert_refused", "resolved"),
  ]);
  const shown = await overview(context, parts);
  expect([shown.new_findings, shown.alerts.not_raised]).toEqual([1501, 2]);
});

test("once they are known, those that are resolved are neither counted nor looked at", async () => {
  const data = syncData(installed.context.data, books);
  await data.changeFindings(async ({ findings }) => {
    for (const one of ["txn_1", "txn_2", "txn_3"].map((id) => found(id, "ledger_differs", "new")))
      findings.put(one.key, one.value);
  });
  expect(await countFindings(data)).toEqual({ new: 3, alerts: 0 });
  await data.changeFindings(async ({ findings }) => {
    findings.put("txn_1", found("txn_1", "ledger_differs", "resolved").value);
    findings.put("txn_2", found("txn_2", "alert_refused", "acknowledged").value);
  });
  const noList = async () => {
    throw new Error("All findings that ever were are looked at.");
  };
  const unread = { ...data, findings: { ...data.findings, list: noList } };
  expect(await countFindings(unread)).toEqual({ new: 1, alerts: 1 });
  const open = await findingsOf(unread, { status: ["new", "acknowledged"], limit: 10 });
  expect(open.map(({ id }) => id)).toEqual(["txn_2", "txn_3"]);
  const all = await findingsOf(data, { limit: 10 });
  expect(all.map(({ id }) => id)).toEqual(["txn_1", "txn_2", "txn_3"]);
});

test("one that an older version has resolved or acknowledged is counted until its list is looked at", async () => {
  const data = syncData(installed.context.data, books);
  await data.changeFindings(async ({ findings }) => {
    for (const id of ["txn_1", "txn_2", "txn_3"]) findings.put(id, found(id, "ledger_differs", "new").value);
  });
  expect(await countFindings(data)).toEqual({ new: 3, alerts: 0 });
  // It keeps no list of those that are open.
  await data.findings.putMany([
    found("txn_1", "ledger_differs", "resolved"),
    found("txn_2", "ledger_differs", "acknowledged"),
  ]);
  const shown = await findingsOf(data, { status: ["new"], limit: 10 });
  expect(shown.map(({ id }) => id)).toEqual(["txn_3"]);
  expect(await countFindings(data)).toEqual({ new: 1, alerts: 0 });
  const seen = await findingsOf(data, { status: ["acknowledged"], limit: 10 });
  expect(seen.map(({ id }) => id)).toEqual(["txn_2"]);
});

test("what was read with a former key says whose it is, whatever the address says, so that no link leads to another account", async () => {
  const { context } = installed;
  const movement = readMovement(movementOn());
  const key = keyOf(movement);
  const stored = { movement, outcome: { state: "posted" as const, legs: [] } };
  await syncData(context.data, books).movements.put(key, stored);
  await syncData(context.data, books).payouts.put(key, { id: movement.id, key } as PayoutJson);
  const [time = "", id = ""] = key.split("/");
  const asked = {
    ...context,
    query: () => undefined,
    param: (name: string) => (name === "time" ? time : id),
  };
  const answers = async () => {
    const detail = await objectDetail(asked as Parameters<typeof objectDetail>[0]);
    return [detail.books, (await payoutDetail(asked as Parameters<typeof payoutDetail>[0])).books];
  };
  expect(await answers()).toEqual([undefined, undefined]);
  await rememberBooks(context.data, { account: "acct_2Other", mode: "test" });
  expect(await answers()).toEqual([booksName(books), booksName(books)]);
});

test("a correction of the same finding in another account's books is not taken for this one's", async () => {
  const other = { account: "acct_2Other", mode: "test" } as const;
  const input = { findingId: "balance_differs/EUR", books: other };
  const jobs = { list: async () => [{ runId: "run_1", status: "queued", input }] };
  const correct = { name: "correct" };
  const approved = { ...found("balance_differs/EUR", "balance_differs", "new").value, approved_at: at };
  const shown = async (of: typeof other | typeof books) => {
    const [first] = await withCorrectionRuns(jobs as never, correct as never, of, [approved]);
    return first?.approved_at;
  };
  expect(await shown(other)).toBe(at);
  expect(await shown(books)).toBeUndefined();
});
