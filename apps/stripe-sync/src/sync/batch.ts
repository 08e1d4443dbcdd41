/** One batch of objects that wait: posted, compared, given their state, their alert and their findings. */
import { legsOf } from "../mapping/legs.ts";
import type { Movement } from "../mapping/movement.ts";
import type { FindingJson, ObjectJson } from "../portal-types.ts";
import { precisionOf } from "../stripe/amounts.ts";
import type { Accounts } from "./accounts.ts";
import { raiseAlert, wantsAlert } from "./alerts.ts";
import type { StoredObject, SyncData } from "./objects.ts";
import { type PostingTools, postMovements, type SettledLeg } from "./posting.ts";
import { failedObject, settledObject } from "./settling.ts";

export type BatchTools = PostingTools & { readonly mayAlert: boolean };

export type Entry = { readonly key: string; readonly value: StoredObject };
export type SettledBatch = { readonly settled: readonly Entry[]; readonly findings: readonly FindingJson[] };

type Who = { readonly customerId?: string; readonly identityId?: string };
type Waiting = {
  readonly key: string;
  readonly object: ObjectJson;
  readonly movement: Movement;
  readonly problem: unknown;
  readonly who: Who;
};

/** Entries without a movement (customers) are passed over. */
export async function settleBatch(
  tools: BatchTools,
  data: SyncData,
  accounts: Accounts,
  entries: readonly Entry[],
): Promise<SettledBatch> {
  const waiting = await waitingIn(data, entries);
  const postable = waiting.filter(({ problem }) => problem === undefined);
  const requests = postable.map(({ movement, who }) => ({ movement, identityId: who.identityId }));
  const posted = await postMovements(tools, accounts, requests);
  const legs = new Map(postable.map(({ key }, index) => [key, posted[index] ?? []]));
  const settled: Entry[] = [];
  const findings: FindingJson[] = [];
  for (const item of waiting) {
    const outcome = await outcomeOf(tools, data, item, legs.get(item.key) ?? []);
    settled.push({ key: item.key, value: { object: outcome.object, movement: item.movement } });
    findings.push(...outcome.findings);
  }
  return { settled, findings };
}

async function waitingIn(data: SyncData, entries: readonly Entry[]): Promise<readonly Waiting[]> {
  const waiting = entries.map(async ({ key, value: { object, movement } }) => {
    if (movement === undefined) return undefined;
    return { key, object, movement, problem: problemOf(movement), who: await whoOf(data, movement) };
  });
  return (await Promise.all(waiting)).filter((item) => item !== undefined);
}

/** Why a movement cannot be posted at all: a currency or amounts that make no sense. */
export function problemOf(movement: Movement): unknown {
  try {
    precisionOf(movement.currency);
    legsOf(movement);
    return undefined;
  } catch (problem) {
    return problem;
  }
}

async function whoOf(data: SyncData, { customerId: named, chargeId }: Movement): Promise<Who> {
  const customerId = named ?? (chargeId === undefined ? undefined : await data.chargeCustomers.get(chargeId));
  if (customerId === undefined) return {};
  // A customer that was deleted at Stripe is in no list, and so may have no identity.
  const known = await data.customers.get(customerId);
  return known === undefined ? { customerId } : { customerId, identityId: known.identityId };
}

async function outcomeOf(tools: BatchTools, data: SyncData, item: Waiting, legs: readonly SettledLeg[]) {
  const { object, movement, problem, who } = item;
  const posted =
    problem === undefined ? settledObject(object, legs, tools.runId) : failedObject(object, problem);
  const wanted = tools.mayAlert && wantsAlert(posted, movement);
  const alert = wanted ? await raiseAlert(tools.cloud, data, posted, tools.signal) : {};
  return {
    object: {
      ...posted,
      ...(who.customerId === undefined ? {} : { customer_id: who.customerId }),
      ...(who.identityId === undefined ? {} : { identity_id: who.identityId }),
      ...(alert.alertId === undefined ? {} : { alert_id: alert.alertId }),
    },
    findings: [posted.finding, alert.finding].filter((finding) => finding !== undefined),
  };
}
