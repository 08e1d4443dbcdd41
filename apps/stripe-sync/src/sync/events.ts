/**
 * What Stripe's webhooks told of since the last run: which balance transactions and customers changed. An event is a
 * hint, never a source: the objects are read from Stripe when the run takes it.
 */
import type { DataWriter, InstallationData } from "@annex/app";
import type { Stripe } from "stripe";
import { keepCustomers } from "./identities.ts";
import { keepMovements, type PageResult } from "./reading.ts";
import { addTallies } from "./tally.ts";
import type { SyncTools } from "./tools.ts";

/** What an event is about, by Stripe's ids. */
export type Told = { readonly movements: readonly string[]; readonly customers: readonly string[] };

/** Events taken at once; the others wait for the next run. */
const mostTaken = 500;

const eventsName = "events";

export function toldEvents(data: InstallationData) {
  return data.collection<Told>(eventsName);
}

/**
 * The events so far. They are forgotten by the commit that keeps this step's result, so that an interrupted run has
 * what they told, and nobody takes them twice.
 */
export async function takeEvents(data: InstallationData, writer: DataWriter): Promise<Told> {
  const taken = await toldEvents(data).list({ limit: mostTaken });
  const writes = writer.collection<Told>(eventsName);
  for (const { key } of taken) writes.delete(key);
  return {
    movements: [...new Set(taken.flatMap(({ value }) => value.movements))].sort(),
    customers: [...new Set(taken.flatMap(({ value }) => value.customers))].sort(),
  };
}

/** What they told of, read again: a dispute that was answered, a customer that moved. */
export async function withEvents(tools: SyncTools, { movements, customers }: Told): Promise<PageResult> {
  const call = { signal: tools.signal };
  const transactions: Stripe.BalanceTransaction[] = [];
  for (const id of movements) {
    const transaction = await tools.stripe.movement(id, call);
    if (transaction !== undefined) transactions.push(transaction);
  }
  const people: Stripe.Customer[] = [];
  for (const id of customers) {
    const customer = await tools.stripe.customer(id, call);
    if (customer !== undefined) people.push(customer);
  }
  const result = await keepMovements(tools, transactions, false);
  const { tally } = await keepCustomers(tools, people, false);
  return { ...result, tally: addTallies(result.tally, tally) };
}
