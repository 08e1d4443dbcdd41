/** Brings the business into a ledger: through the Proxy and the Alerts API, with a key like every app's. */
import type { CloudClient, NewTransaction } from "@annex/client";
import type { RunningCloud } from "../running-cloud.ts";
import { type Business, currencies, type Hold, type Movement, planBusiness, world } from "./business.ts";
import { visit } from "./visiting-app.ts";

/** Ids of balances by the keys of their accounts. */
type Places = ReadonlyMap<string, string>;

/**
 * Fills the first instance of a Cloud, where its ledger is empty.
 *
 * @param today which day it is; three months before it are told.
 * @returns how many transactions were posted; `undefined` where there were some already, and nothing was done.
 */
export async function fillWithSample(cloud: RunningCloud, today: Date): Promise<number | undefined> {
  const [organization] = cloud.runFile.organizations;
  const [instance] = organization?.instances ?? [];
  if (organization === undefined || instance === undefined) return undefined;
  const place = { organizationId: organization.organization_id, instanceId: instance.instance_id };
  return visit(cloud, place, async (client) => {
    const { data } = await client.data.transactions.list({ pageSize: 1 });
    return data.length > 0 ? undefined : post(client, planBusiness(today));
  });
}

async function post(client: CloudClient, business: Business): Promise<number> {
  const places = await makeBalances(client, business);
  const transactions = business.movements.map((movement) => toTransaction(movement, places));
  await client.proxy.ensureTransactions(transactions);
  for (const hold of business.holds) await postHold(client, hold, places);
  // Through the queue: there a refusal becomes a row of its own, and what is for later waits.
  const { skip_queue: _, ...order } = toTransaction(business.rejected, places);
  const rejected = await client.proxy.createTransaction(order);
  const { skip_queue: __, effective_date: ___, ...rent } = toTransaction(business.scheduled, places);
  await client.proxy.createTransaction({ ...rent, scheduled_for: business.scheduled.at });
  const refunded = await client.proxy.getTransactionByReference(business.refunded);
  await client.proxy.refundTransaction(refunded.transaction_id, { skip_queue: true });
  await flag(client, business, places, [rejected.transaction_id, refunded.transaction_id]);
  return transactions.length + business.holds.length + 3;
}

async function makeBalances(client: CloudClient, business: Business): Promise<Places> {
  const ledgers = new Map<string, string>();
  for (const name of ["Customers", "Roastery"])
    ledgers.set(name, (await client.proxy.createLedger({ name })).ledger_id);
  const identities = new Map<string, string>();
  for (const { key, firstName, lastName, country } of business.customers) {
    const identity = await client.proxy.createIdentity({
      identity_type: "individual",
      first_name: firstName,
      last_name: lastName,
      email_address: `${firstName}.${lastName}@example.test`.toLowerCase(),
      country,
      category: "customer",
    });
    identities.set(key, identity.identity_id);
  }
  const places = new Map<string, string>([[world, world]]);
  for (const { key, name, ledger, currency, customer } of business.accounts) {
    const identityId = identities.get(customer ?? "");
    const balance = await client.proxy.createBalance({
      ledger_id: ledgers.get(ledger) ?? "",
      currency,
      ...(identityId === undefined ? {} : { identity_id: identityId }),
      meta_data: { name },
    });
    places.set(key, balance.balance_id);
  }
  return places;
}

function toTransaction(
  { reference, from, to, amount, currency, description, at }: Movement,
  places: Places,
): NewTransaction & { readonly reference: string } {
  return {
    reference,
    source: places.get(from) ?? from,
    destination: places.get(to) ?? to,
    precise_amount: amount,
    precision: currencies[currency]?.precision ?? 100n,
    currency,
    description,
    effective_date: at,
    skip_queue: true,
    ...(from === world ? { allow_overdraft: true } : {}),
  };
}

async function postHold(client: CloudClient, hold: Hold, places: Places): Promise<void> {
  const { transaction_id: id } = await client.proxy.createTransaction({
    ...toTransaction(hold, places),
    inflight: true,
  });
  const { updateInflight } = client.proxy;
  if (hold.then === "committed") await updateInflight(id, { status: "commit", skip_queue: true });
  if (hold.then === "committed in part")
    await updateInflight(id, { status: "commit", precise_amount: hold.amount / 2n, skip_queue: true });
  if (hold.then === "voided") await updateInflight(id, { status: "void", skip_queue: true });
}

async function flag(
  client: CloudClient,
  business: Business,
  places: Places,
  [rejected = "", refunded = ""]: readonly string[],
): Promise<void> {
  const fees =
    places.get(business.accounts.find(({ key }) => key.startsWith("Payment fees"))?.key ?? "") ?? "";
  await client.alerts.flag(rejected, {
    title: "Order refused",
    description: "The wallet had less than the order cost. Nothing was taken.",
  });
  const returned = await client.alerts.flag(refunded, {
    title: "Refund to look at",
    description: "The customer says that the bag arrived open.",
  });
  await client.alerts.update(returned.anomaly_id, { status: "INVESTIGATING" });
  const higher = await client.alerts.flag(fees, {
    title: "Fees are higher than last month",
    description: "The card company charges 2.9 % instead of 2.7 %.",
  });
  await client.alerts.update(higher.anomaly_id, { status: "RESOLVED" });
}
