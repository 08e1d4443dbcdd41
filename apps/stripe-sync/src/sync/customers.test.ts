/** Whose identity a customer is, however his address is written and whoever else has it. */
import { beforeEach, expect, test } from "vitest";
import {
  books,
  customerOn,
  emptyLedger,
  identityOn,
  nothingAtStripe,
  toolsOn,
} from "../../test/books-on-paper.ts";
import { installedForEach } from "../../test/installation.ts";
import { customerIn, identityIdOf } from "../mapping/customers.ts";
import { doubtfulPage, keepCustomers } from "./identities.ts";
import { countsOf } from "./tally.ts";

const installed = installedForEach();
const stripe = nothingAtStripe();
const ledger = emptyLedger();
beforeEach(() => {
  stripe.customers = [];
  ledger.identities.length = 0;
});
const tools = (runId?: string) => toolsOn(installed, { stripe, ledger }, runId);
const tied = (inBooks = books) =>
  ledger.identities.map((identity) => [identity.identity_id, customerIn(identity, inBooks)]);
const findings = async () =>
  (await tools().data.findings.list()).map(({ value: { id, status } }) => [id, status]);

test.each<[string, string, string]>([
  ["in capitals", "Amara.Abe@Example.com", "amara.abe@example.com"],
  ["in capitals at Stripe", "amara.abe@example.com", "AMARA.ABE@EXAMPLE.COM"],
  ["with spaces around it", " amara.abe@example.com ", "amara.abe@example.com"],
  ["with spaces around it at Stripe", "amara.abe@example.com", "\tamara.abe@example.com "],
  ["with what a pattern would read otherwise", "a_b%c@example.com", "A_B%C@example.com"],
])("an address %s is the same address", async (_how, there, atStripe) => {
  ledger.identities.push(identityOn("idt_1", { email_address: there }));
  await keepCustomers(tools(), [customerOn("cus_1", { email: atStripe })], false);
  expect(tied()).toEqual([["idt_1", "cus_1"]]);
});

test.each<[string, string, string]>([
  ["that only contains it", "x-amara.abe@example.com", "amara.abe@example.com"],
  ["that a pattern would take for it", "axb@example.com", "a_b@example.com"],
])("an address %s is another one", async (_how, there, atStripe) => {
  ledger.identities.push(identityOn("idt_1", { email_address: there }));
  await keepCustomers(tools(), [customerOn("cus_1", { email: atStripe })], false);
  expect(tied()).toEqual([
    ["idt_1", undefined],
    [identityIdOf("cus_1"), "cus_1"],
  ]);
});

test("two customers of one page with one address: the identity is the first one's, the other has his own", async () => {
  ledger.identities.push(identityOn("idt_1"));
  await keepCustomers(tools(), [customerOn("cus_1"), customerOn("cus_2")], false);
  expect(tied()).toEqual([
    ["idt_1", "cus_1"],
    [identityIdOf("cus_2"), "cus_2"],
  ]);
});

test("an identity that carries his id is his, whatever its address, also for an app that was installed again", async () => {
  const meta_data = { stripe_sync: { customer: "cus_1" } };
  ledger.identities.push(identityOn("idt_old", { email_address: "moved@example.com", meta_data }));
  await keepCustomers(tools(), [customerOn("cus_1")], false);
  expect(tied()).toEqual([["idt_old", "cus_1"]]);
});

test("a person who is a customer in several books is one identity, tied in each of them", async () => {
  const live = { ...books, mode: "live" } as const;
  ledger.identities.push(identityOn("idt_1", { meta_data: { vip: true } }));
  await keepCustomers(tools(), [customerOn("cus_test")], false);
  await keepCustomers({ ...tools(), books: live }, [customerOn("cus_live")], false);
  expect([tied(), tied(live)]).toEqual([[["idt_1", "cus_test"]], [["idt_1", "cus_live"]]]);
  expect(ledger.identities[0]?.meta_data).toMatchObject({ vip: true });
  // Asked again without what the app remembers, each finds its own.
  await installed.again();
  await keepCustomers({ ...tools(), books: live }, [customerOn("cus_live", { email: null })], false);
  expect(ledger.identities.length).toBe(1);
});

test("what an earlier version tied counts in the account and the mode it was written for", async () => {
  const written = { customer: "cus_test", ...books };
  const live = { ...books, mode: "live" } as const;
  ledger.identities.push(identityOn("idt_1", { meta_data: { stripe_sync: written } }));
  await keepCustomers(tools(), [customerOn("cus_test", { email: null })], false);
  await keepCustomers({ ...tools(), books: live }, [customerOn("cus_live")], false);
  expect([tied(), tied(live)]).toEqual([[["idt_1", "cus_test"]], [["idt_1", "cus_live"]]]);
  // In its own books it is taken.
  await keepCustomers(tools(), [customerOn("cus_other")], false);
  expect(ledger.identities.length).toBe(2);
});

test("where several could be meant a finding lists them, and the run after a person has decided takes it", async () => {
  ledger.identities.push(
    identityOn("idt_1"),
    identityOn("idt_2", { email_address: "AMARA.ABE@example.com" }),
  );
  stripe.customers = [customerOn("cus_1")];
  await keepCustomers(tools(), stripe.customers, false);
  expect(await findings()).toEqual([["cus_1~customer_doubtful", "new"]]);
  const [found] = await tools().data.findings.list();
  expect(found?.value.identity_ids).toEqual(["idt_1", "idt_2"]);
  // Seen by the same run again, he is counted once.
  const { tally } = await doubtfulPage(tools(), undefined);
  expect(countsOf(tally).all).toBe(0);
  await tools().cloud.proxy.updateMetadata("idt_2", { stripe_sync: { customer: "cus_1" } });
  const next = tools("run_2");
  expect(countsOf((await doubtfulPage(next, undefined)).tally)).toMatchObject({ all: 1, failed: 0 });
  expect(await findings()).toEqual([["cus_1~customer_doubtful", "resolved"]]);
  expect((await next.data.customers.get("cus_1"))?.identityId).toBe("idt_2");
  expect(await next.data.doubtfulCustomers.count()).toBe(0);
});

test("one that is gone at Stripe is nobody's question any more", async () => {
  ledger.identities.push(identityOn("idt_1"), identityOn("idt_2"));
  await keepCustomers(tools(), [customerOn("cus_1")], false);
  await doubtfulPage(tools(), undefined);
  expect(await findings()).toEqual([["cus_1~customer_doubtful", "resolved"]]);
});

test("what has not changed asks the ledger nothing, and is counted once", async () => {
  await keepCustomers(tools(), [customerOn("cus_1")], false);
  ledger.asked.length = 0;
  const { tally } = await keepCustomers(tools(), [customerOn("cus_1")], false);
  expect(ledger.asked).toEqual([]);
  expect(countsOf(tally)).toMatchObject({ all: 0, posted: -1, already_posted: 1 });
});

test("an identity that is gone from the ledger is made again when it is looked at again", async () => {
  await keepCustomers(tools(), [customerOn("cus_1")], false);
  ledger.identities.length = 0;
  await keepCustomers(tools(), [customerOn("cus_1")], true);
  expect(tied()).toEqual([[identityIdOf("cus_1"), "cus_1"]]);
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ["email", { email: { address: "a@example.com" } }],
  ["name", { name: 7 }],
  ["phone", { phone: ["1"] }],
  ["address", { address: "Main Street 1" }],
  ["address.city", { address: { city: {} } }],
  ["created", { created: "yesterday" }],
])("a customer whose %s is of the wrong shape is one finding, and the others go on", async (field, wrong) => {
  const unreadable = { ...customerOn("cus_1"), ...wrong } as ReturnType<typeof customerOn>;
  const { tally } = await keepCustomers(tools(), [unreadable, customerOn("cus_2", { email: null })], false);
  expect(countsOf(tally)).toMatchObject({ all: 2, failed: 1, posted: 1 });
  expect(tied()).toEqual([[identityIdOf("cus_2"), "cus_2"]]);
  expect(await findings()).toEqual([["cus_1~customer_unreadable", "new"]]);
  const [found] = await tools().data.findings.list();
  expect(found?.value.error).toContain(`\`${field}\``);
  // The next run reads it again, without being told that it changed.
  stripe.customers = [customerOn("cus_1", { email: null })];
  await doubtfulPage(tools("run_2"), undefined);
  expect(await findings()).toEqual([["cus_1~customer_unreadable", "resolved"]]);
  expect(tied()).toContainEqual([identityIdOf("cus_1"), "cus_1"]);
});
