/** One batch of balance transactions that wait: posted, compared, given their outcome and their findings. */
import type { AccountKey } from "../mapping/accounts.ts";
import { legsOf } from "../mapping/legs.ts";
import type { Movement } from "../mapping/movement.ts";
import { precisionOf } from "../stripe/amounts.ts";
import type { Accounts } from "./accounts.ts";
import { missingFrom, type SettledLeg } from "./comparing.ts";
import { withConversions } from "./conversions.ts";
import { type Corrected, withCorrections } from "./corrections.ts";
import type { Reported } from "./findings.ts";
import { conversionFinding, failedOutcome, settledOutcome } from "./outcomes.ts";
import { type PostingTools, postMovements } from "./posting.ts";
import { type Propose, proposals } from "./proposals.ts";
import { keyOf, type StoredMovement, type SyncData } from "./register.ts";

export type SettledMovement = { readonly stored: StoredMovement; readonly reported: readonly Reported[] };

export type SettledBatch = {
  /** In the order given. */
  readonly settled: readonly SettledMovement[];
  readonly accounts: Accounts;
};

type Who = { readonly customerId?: string; readonly identityId?: string };

export async function settleBatch(
  tools: PostingTools,
  data: SyncData,
  accounts: Accounts,
  read: readonly Movement[],
): Promise<SettledBatch> {
  const known = await withConversions(tools, read);
  const movements = known.map(({ movement }) => movement);
  const owners = await Promise.all(movements.map((movement) => whoOf(data, movement)));
  const problems = movements.map(problemOf);
  const postable = movements.flatMap((movement, index) =>
    problems[index] === undefined ? [{ movement, identityId: owners[index]?.identityId }] : [],
  );
  const posted = await postMovements(tools, accounts, postable);
  const legsOfPosted = new Map(
    postable.map(({ movement }, index) => [movement.id, posted.legs[index] ?? []]),
  );
  const propose = proposals(tools, data);
  const settled: SettledMovement[] = [];
  for (const [index, movement] of movements.entries()) {
    const problem = problems[index];
    const one =
      problem === undefined
        ? await settleOne({ ...tools, propose }, posted.accounts, movement, {
            legs: legsOfPosted.get(movement.id) ?? [],
            stray: known[index]?.stray,
          })
        : settledWith(movement, failedOutcome(movement, problem), []);
    settled.push(owned(one, owners[index] ?? {}));
  }
  return { settled, accounts: posted.accounts };
}

type Standing = { readonly legs: readonly SettledLeg[]; readonly stray: Corrected | undefined };

async function settleOne(
  tools: PostingTools & { readonly propose: Propose },
  accounts: Accounts,
  movement: Movement,
  { legs, stray }: Standing,
): Promise<SettledMovement> {
  const corrected = await withCorrections(tools, accounts, legs);
  const all = stray === undefined ? corrected : [...corrected, stray];
  const standing = all.map(({ settled }) => settled);
  const outcome = settledOutcome(movement, standing, tools.runId, missingFrom(accounts, standing));
  if (outcome.finding !== undefined) return settledWith(movement, outcome, []);
  const elsewhere = all.find(({ moves }) => moves.length > 0)?.settled;
  if (elsewhere === undefined) {
    const finding = conversionFinding(movement);
    return settledWith(movement, finding === undefined ? outcome : { ...outcome, finding }, []);
  }
  const moves = all.flatMap((each) => each.moves);
  const proposed = await tools.propose(movement, elsewhere, moves);
  return settledWith(movement, { ...outcome, finding: proposed.finding }, [proposed]);
}

function settledWith(
  movement: Movement,
  outcome: StoredMovement["outcome"],
  reported: readonly Reported[],
): SettledMovement {
  const found = outcome.finding === undefined ? [] : [{ finding: outcome.finding }];
  const all = reported.length > 0 ? reported : found;
  const objectKey = keyOf(movement);
  return { stored: { movement, outcome }, reported: all.map((one) => ({ ...one, objectKey })) };
}

function owned({ stored, reported }: SettledMovement, who: Who): SettledMovement {
  return { stored: { ...stored, outcome: { ...stored.outcome, ...who } }, reported };
}

/** Why a balance transaction cannot be posted at all: a currency or amounts that make no sense. */
export function problemOf(movement: Movement): unknown {
  try {
    for (const { to } of legsOf(movement)) precisionOf(to.currency);
    precisionOf(movement.currency);
    return undefined;
  } catch (problem) {
    return problem;
  }
}

/** The accounts that a balance transaction moves money between; none where it cannot be posted. */
export function accountsOf(movement: Movement): readonly AccountKey[] {
  if (problemOf(movement) !== undefined) return [];
  return legsOf(movement).flatMap(({ from, to }) => [from, to]);
}

async function whoOf(data: SyncData, { customerId: named, chargeId }: Movement): Promise<Who> {
  const customerId = named ?? (chargeId === undefined ? undefined : await data.chargeCustomers.get(chargeId));
  if (customerId === undefined) return {};
  // A customer that was deleted at Stripe is in no list, and so may have no identity.
  const identityId = (await data.customers.get(customerId))?.identityId;
  return identityId === undefined ? { customerId } : { customerId, identityId };
}
