/** Look, post, look: many transactions are brought into a real ledger, each once, whatever happened before. */
import { type CloudClient, CloudUnreachable, createClient } from "@annex/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTroubledCloud, type TroubledCloud, troubledFetch } from "./support/troubled-cloud.ts";

let world: TroubledCloud;
beforeAll(async () => {
  world = await startTroubledCloud();
});
afterAll(() => world.close());

const client = (fetch?: typeof globalThis.fetch) =>
  createClient({ baseUrl: world.url, apiKey: world.apiKey, instanceId: world.instanceId, fetch });

/** An account with 1,000 in it, and charges against it. */
async function openAccount(cloud: CloudClient, name: string) {
  const { ledger_id: ledgerId } = await cloud.proxy.createLedger({ name });
  const { balance_id: account } = await cloud.proxy.createBalance({ ledger_id: ledgerId, currency: "USD" });
  const shared = { precision: 100, currency: "USD", description: name, skip_queue: true };
  const funds = { ...shared, reference: `${name}-funds`, source: "@World", destination: account };
  await cloud.proxy.createTransaction({ ...funds, precise_amount: 1000n, allow_overdraft: true });
  const charge = (number: number, amount: bigint) => ({
    ...shared,
    precise_amount: amount,
    reference: `${name}-${number}`,
    source: account,
    destination: "@Merchant",
  });
  const spent = async () => (await cloud.proxy.getBalance(account)).debit_balance;
  return { charge, spent };
}

test("what is missing is posted, what is there is found, and nothing is done twice", async () => {
  const cloud = client();
  const { charge, spent } = await openAccount(cloud, "twice");
  const first = await cloud.proxy.ensureTransactions([charge(1, 100n), charge(2, 200n)]);
  expect(first.map(({ outcome }) => outcome)).toEqual(["posted", "posted"]);
  const second = await cloud.proxy.ensureTransactions([charge(2, 200n), charge(3, 300n), charge(1, 100n)]);
  expect(second.map(({ reference, outcome }) => [reference, outcome])).toEqual([
    ["twice-2", "found"],
    ["twice-3", "posted"],
    ["twice-1", "found"],
  ]);
  expect(await spent()).toBe(600n);
});

test("one that the ledger refuses stays out by itself", async () => {
  const cloud = client();
  const { charge, spent } = await openAccount(cloud, "refused");
  const ensured = await cloud.proxy.ensureTransactions([charge(1, 100n), charge(2, 5000n), charge(3, 300n)]);
  expect(ensured.map(({ outcome }) => outcome)).toEqual(["posted", "refused", "posted"]);
  expect(ensured[1]).toMatchObject({ refusal: { coreCode: "TXN_INSUFFICIENT_FUNDS", outcome: "refused" } });
  expect(await spent()).toBe(400n);
});

test("what stands under a reference with another content is shown, field by field", async () => {
  const cloud = client();
  const { charge } = await openAccount(cloud, "other");
  await cloud.proxy.ensureTransactions([charge(1, 100n)]);
  const [found] = await cloud.proxy.ensureTransactions([charge(1, 101n)]);
  expect(found).toMatchObject({
    outcome: "found",
    differences: [{ field: "precise_amount", recorded: "100", wanted: "101" }],
  });
});

test("a batch whose answer was lost is found by the next run", async () => {
  const { charge, spent } = await openAccount(client(), "lost");
  const charges = [charge(1, 100n), charge(2, 200n)];
  const lost = client(troubledFetch("answer lost", true)).proxy.ensureTransactions(charges);
  await expect(lost).rejects.toBeInstanceOf(CloudUnreachable);
  const again = await client().proxy.ensureTransactions(charges);
  expect(again.map(({ outcome }) => outcome)).toEqual(["found", "found"]);
  expect(await spent()).toBe(300n);
});
