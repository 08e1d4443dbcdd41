/** From what the ledger has to what a person is shown: the state of an object, its legs, its finding. Pure. */
import { accountName } from "../mapping/accounts.ts";
import { classify } from "../mapping/kinds.ts";
import type { Movement } from "../mapping/movement.ts";
import type { FindingJson, LegJson, MoneyJson, ObjectJson, ObjectState } from "../portal-types.ts";
import { decimalsOf, UnknownCurrency } from "../stripe/amounts.ts";
import { isoTime } from "./objects.ts";
import type { SettledLeg } from "./posting.ts";

/** An amount as the pages take it. A currency out of Stripe's table shows its bare minor units. */
export function money(minor: bigint | string, currency: string): MoneyJson {
  return { minor: `${minor}`, currency, decimals: decimalsOrNone(currency) };
}

function decimalsOrNone(currency: string): number {
  try {
    return decimalsOf(currency);
  } catch (error) {
    if (error instanceof UnknownCurrency) return 0;
    throw error;
  }
}

/** The object of a movement that was read and not posted yet. */
export function waitingObject(movement: Movement): ObjectJson {
  const { id, currency } = movement;
  return {
    id,
    kind: classify(movement).kind,
    state: "waiting",
    stripe_type: movement.type,
    ...(movement.sourceId === undefined ? {} : { source_id: movement.sourceId }),
    ...(movement.description === undefined ? {} : { description: movement.description }),
    ...(movement.customerId === undefined ? {} : { customer_id: movement.customerId }),
    created_at: isoTime(movement.created),
    amount: money(movement.amount, currency),
    fee: money(movement.fee, currency),
    net: money(movement.net, currency),
    legs: [],
  };
}

/** The same object after posting. `runId` tells what this run posted from what an earlier one did. */
export function settledObject(waiting: ObjectJson, legs: readonly SettledLeg[], runId: string): ObjectJson {
  const finding = findingOf(waiting, legs);
  return {
    ...waiting,
    state: stateOf(legs, runId),
    legs: legs.map(legJson),
    ...(finding === undefined ? {} : { finding }),
  };
}

function stateOf(legs: readonly SettledLeg[], runId: string): ObjectState {
  if (legs.length === 0) return "nothing_to_post";
  if (legs.some(({ refusal }) => refusal !== undefined)) return "failed";
  if (legs.some(({ differences }) => differences.length > 0)) return "difference";
  return legs.some((leg) => postedIn(leg) === runId) ? "posted" : "already_posted";
}

function postedIn({ transaction }: SettledLeg): unknown {
  const own = transaction?.meta_data?.["stripe_sync"];
  return typeof own === "object" && own !== null && "run_id" in own ? own.run_id : undefined;
}

function legJson({ leg, transaction }: SettledLeg): LegJson {
  return {
    role: leg.role,
    reference: leg.reference,
    ...(transaction === undefined ? {} : { transaction_id: transaction.transaction_id }),
    from: accountName(leg.from.role),
    to: accountName(leg.to.role),
    amount: money(leg.amount, leg.to.currency),
  };
}

function findingOf(object: ObjectJson, legs: readonly SettledLeg[]): FindingJson | undefined {
  for (const { leg, differences, refusal } of legs) {
    if (refusal !== undefined) {
      return {
        object_id: object.id,
        code: "ledger_refused",
        error: `The ledger refused the transaction ${leg.reference}: ${refusal}.`,
        next: "Nothing was posted for it. Correct the cause, then run the sync again.",
      };
    }
    if (differences.length > 0) {
      return {
        object_id: object.id,
        code: "ledger_differs",
        error: `The ledger already has a transaction with the reference ${leg.reference}, and it is another one: ${differences.join("; ")}.`,
        next: "Nothing was changed. Look at that transaction: another program may use Stripe's ids as references.",
      };
    }
  }
  return object.kind === "other" ? unknownType(object) : undefined;
}

function unknownType(object: ObjectJson): FindingJson {
  return {
    object_id: object.id,
    code: "unknown_type",
    error: `Stripe calls this "${object.stripe_type}", a type this app does not know yet.`,
    next: "Its amount is in the account “To be looked at”. Decide what it is, and move it there by a transaction of your own.",
  };
}

/** An object that cannot be posted for a reason of its own. */
export function failedObject(waiting: ObjectJson, problem: unknown): ObjectJson {
  const unknownCurrency = problem instanceof UnknownCurrency;
  const finding: FindingJson = {
    object_id: waiting.id,
    code: unknownCurrency ? "unknown_currency" : "amounts_disagree",
    error: problem instanceof Error ? problem.message : "It could not be read.",
    next: unknownCurrency
      ? "Nothing was posted for it, since its decimals would be a guess. Update this app."
      : "Nothing was posted for it. Compare it with Stripe's dashboard.",
  };
  return { ...waiting, state: "failed", finding };
}
