/**
 * What Stripe's webhooks told of since the last run: which balance transactions and customers changed. An event is a
 * hint, never a source: the objects are read from Stripe when the run takes it.
 */
import type { DataWriter, InstallationData, JobReference } from "@annex/app";
import type { Stripe } from "stripe";
import { keepCustomers } from "./identities.ts";
import type { SyncInput } from "./input.ts";
import { keepMovements, type PageResult } from "./reading.ts";
import { timeKey } from "./register.ts";
import { addTallies } from "./tally.ts";
import type { SyncTools } from "./tools.ts";

/** The job that takes them, as far as starting it goes. */
type SyncJobReference = JobReference<SyncInput>;

/** What an event is about, by Stripe's ids. */
export type Told = { readonly movements: readonly string[]; readonly customers: readonly string[] };

/** Events taken at once; the others wait for the next run. */
const mostTaken = 500;

const names = {
  events: "events",
  /** Every event that came, by time and id: Stripe sends one again for days. */
  seen: "seen-events",
  /** Whether a run that will take them has been started and has not taken them yet. */
  runWaits: "events-run-waits",
} as const;
const onlyOne = "now";
/** How long an event that came is known, in seconds: many times as long as Stripe goes on sending it. */
const knownFor = 30 * 86_400;

/** An event as it is noted. */
export type Noted = { readonly id: string; readonly created: number };

/**
 * Notes what an event told, once, and starts a run for it unless one waits already. Durable when it returns.
 *
 * @returns whether it was new
 */
export async function noteEvent(
  data: InstallationData,
  { id, created }: Noted,
  told: Told,
  job: SyncJobReference,
): Promise<boolean> {
  const key = timeKey(created, id);
  return data.transaction(async ({ data: writer, jobs }) => {
    const seen = writer.collection<boolean>(names.seen);
    if ((await seen.get(key)) === true) return false;
    seen.put(key, true);
    writer.collection<Told>(names.events).put(key, told);
    const runWaits = writer.collection<boolean>(names.runWaits);
    if ((await runWaits.get(onlyOne)) !== true) {
      runWaits.put(onlyOne, true);
      jobs.start(job, { reason: "webhook" });
    }
    return true;
  });
}

/** When the newest event that came was made at Stripe, in seconds since 1970. */
export async function newestEvent(data: InstallationData): Promise<number | undefined> {
  const [newest] = await data.collection<boolean>(names.seen).list({ descending: true, limit: 1 });
  return newest === undefined ? undefined : Number(newest.key.split("/")[0]);
}

export async function forgetOldEvents(data: InstallationData, now: number): Promise<void> {
  const to = timeKey(Math.floor(now / 1000) - knownFor, "");
  await data.collection<boolean>(names.seen).clear({ to });
}

/**
 * The events so far. They are forgotten by the commit that keeps this step's result, so that an interrupted run has
 * what they told, and nobody takes them twice.
 */
export async function takeEvents(data: InstallationData, writer: DataWriter): Promise<Told> {
  const taken = await data.collection<Told>(names.events).list({ limit: mostTaken });
  const writes = writer.collection<Told>(names.events);
  for (const { key } of taken) writes.delete(key);
  writer.collection<boolean>(names.runWaits).put(onlyOne, false);
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
