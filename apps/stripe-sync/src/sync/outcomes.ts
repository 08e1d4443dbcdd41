/** From what the ledger has to what a person is shown: the outcome of a balance transaction, its legs, its findings. Pure. */
import { type AccountKey, accountName } from "../mapping/accounts.ts";
import { conversionOf } from "../mapping/conversion.ts";
import { classify, sourceKindOf } from "../mapping/kinds.ts";
import { AmountsDisagree, AmountUnreadable, TimeUnreadable } from "../mapping/legs.ts";
import type { Movement } from "../mapping/movement.ts";
import type {
  CorrectionJson,
  FindingJson,
  LegJson,
  MoneyJson,
  ObjectJson,
  ObjectState,
} from "../portal-types.ts";
import { amountText, decimalsOf, UnknownCurrency } from "../stripe/amounts.ts";
import type { SettledLeg } from "./comparing.ts";
import { isoTime, type Outcome, type StoredMovement } from "./register.ts";

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

/** A balance transaction as the pages show it. */
export function objectOf({ movement, outcome }: StoredMovement, alertId?: string): ObjectJson {
  const { id, currency, unreadable, sourceId, description } = movement;
  const customerId = outcome.customerId ?? movement.customerId;
  const amounts = {
    amount: money(movement.amount, currency),
    fee: money(movement.fee, currency),
    net: money(movement.net, currency),
  };
  return {
    id,
    kind: classify(movement).kind,
    state: outcome.state,
    stripe_type: movement.type,
    ...(sourceId === undefined ? {} : { source_id: sourceId }),
    ...(description === undefined ? {} : { description }),
    created_at: isoTime(movement.created),
    ...(unreadable === undefined ? amounts : {}),
    legs: [...outcome.legs],
    ...(customerId === undefined ? {} : { customer_id: customerId }),
    ...(outcome.identityId === undefined ? {} : { identity_id: outcome.identityId }),
    ...(alertId === undefined ? {} : { alert_id: alertId }),
    ...(outcome.finding === undefined ? {} : { finding: outcome.finding }),
  };
}

/** A balance transaction that was read and not posted yet. */
export const waiting: Outcome = { state: "waiting", legs: [] };

/** What became of it, with a finding where a person should look at it. `runId` tells what this run posted. */
export function settledOutcome(
  movement: Movement,
  legs: readonly SettledLeg[],
  runId: string,
  missing: bigint,
): Outcome {
  const finding = findingOf(movement, legs);
  return {
    state: stateOf(legs, runId),
    legs: legs.map(legJson),
    ...(finding === undefined ? {} : { finding }),
    ...(missing === 0n ? {} : { missing: `${missing}` }),
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

function legJson({ leg, transaction, misplaced }: SettledLeg): LegJson {
  const { from, to } = misplaced ?? leg;
  return {
    role: leg.role,
    reference: leg.reference,
    ...(transaction === undefined ? {} : { transaction_id: transaction.transaction_id }),
    from: accountName(from.role),
    to: accountName(to.role),
    amount: money(leg.amount, leg.to.currency),
  };
}

/** Which balance transaction a finding is about, and how much money it moved. */
function aboutMovement({ id, net, currency, unreadable }: Movement) {
  return { object_id: id, ...(unreadable === undefined ? { amount: money(net, currency) } : {}) };
}

function findingOf(movement: Movement, legs: readonly SettledLeg[]): FindingJson | undefined {
  for (const { leg, differences, refusal, transaction } of legs) {
    if (refusal !== undefined) {
      return {
        ...aboutMovement(movement),
        code: "ledger_refused",
        error: `The ledger refused the transaction ${leg.reference}: ${refusal}.`,
        next: "Nothing was posted for it. Correct the cause; the next sync tries it again.",
      };
    }
    if (differences.length > 0) {
      return {
        ...aboutMovement(movement),
        ...(transaction === undefined ? {} : { transaction_id: transaction.transaction_id }),
        code: "ledger_differs",
        error: `The ledger already has a transaction with the reference ${leg.reference}, and it is another one: ${differences.join("; ")}.`,
        next: "Nothing was changed. Look at that transaction: another program may use Stripe's ids as references.",
      };
    }
  }
  const [first] = legs;
  return first !== undefined && !classify(movement).known ? unknownType(movement, first) : undefined;
}

function unknownType(movement: Movement, { transaction }: SettledLeg): FindingJson {
  return {
    ...aboutMovement(movement),
    ...(transaction === undefined ? {} : { transaction_id: transaction.transaction_id }),
    code: "unknown_type",
    error:
      movement.type === ""
        ? "Stripe does not say what type this is."
        : `Stripe calls this "${movement.type}", a type this app does not know yet.`,
    next: "Its amount is in the account “To be looked at”. Either move it from there by a transaction of your own and acknowledge this, or leave it: a later version of this app that knows the type proposes the posting.",
  };
}

/** What would bring a leg from the accounts it stands in to those it belongs to. */
export type Move = {
  readonly reference: string;
  readonly from: AccountKey;
  readonly to: AccountKey;
  readonly amount: bigint;
};

/**
 * The corrections of a leg that stands in other accounts; `number` tells one correction from an earlier one.
 *
 * @example
 * A leg clearing ← suspense that should be clearing ← pay-ins is corrected by suspense ← pay-ins.
 */
export function movesOf({ leg, misplaced }: SettledLeg, number: number): readonly Move[] {
  if (misplaced === undefined) return [];
  const moves: Move[] = [];
  const add = (from: AccountKey, to: AccountKey) => {
    if (from.role === to.role) return;
    const suffix = moves.length === 0 ? "" : "-to";
    moves.push({ reference: `${leg.reference}-corrected-${number}${suffix}`, from, to, amount: leg.amount });
  };
  add(leg.from, misplaced.from);
  add(misplaced.to, leg.to);
  return moves;
}

/** @param held what the account that the money is to be taken from holds, where that is to be said */
export function correctionJson(
  { reference, from, to, amount }: Move,
  held: bigint | undefined,
): CorrectionJson {
  return {
    reference,
    from: accountName(from.role),
    to: accountName(to.role),
    amount: money(amount, to.currency),
    ...(held === undefined ? {} : { held: money(held, to.currency) }),
  };
}

/** What a member must know before he approves a correction. */
type BeforeApproval = {
  /** The account that does not hold what would be taken from it. */
  readonly notIn?: string;
  /** The reason that was given when its type was not known yet. */
  readonly said?: string;
};

export function reclassifyFinding(
  movement: Movement,
  leg: SettledLeg,
  moves: readonly Move[],
  { notIn, said }: BeforeApproval,
): FindingJson {
  const words = moves.map(({ from, to }) => `from “${accountName(from.role)}” to “${accountName(to.role)}”`);
  const transactionId = leg.transaction?.transaction_id;
  return {
    ...aboutMovement(movement),
    ...(transactionId === undefined ? {} : { transaction_id: transactionId }),
    code: "reclassify",
    error: `An earlier version of this app booked this "${movement.type}" elsewhere. This version would move it ${words.join(" and ")}.`,
    next: [
      ...(said === undefined ? [] : [`While its type was not known it was acknowledged (“${said}”).`]),
      ...(notIn === undefined
        ? []
        : [
            `“${notIn}” does not hold as much: others there make up for it, or it was moved by hand already. See which.`,
          ]),
      "Approve the correcting posting, or acknowledge that it stays where it is. Nothing is moved by itself.",
    ].join(" "),
  };
}

/**
 * What the source is of, as the beginning of a sentence. It claims no state: a dispute may be won by then, and a refund
 * may have failed.
 */
function sourceWords(sourceId: string | undefined, amount: string): string {
  const kind = sourceKindOf(sourceId);
  const source = sourceId === undefined ? `The ${kind}` : `The ${kind} ${sourceId}`;
  if (kind === "dispute") return `${source} is about ${amount}`;
  return kind === "refund" ? `${source} is of ${amount}` : `${source} was of ${amount}`;
}

function partWords(exchangeRate: string | undefined): string {
  return exchangeRate === undefined
    ? "and Stripe gives no exchange rate for it: how much of it this is cannot be told"
    : "and at Stripe's exchange rate that is not what was settled here: most likely this is a part of it";
}

/** Where a customer paid, or was paid back, in another currency, and nobody can tell how much of it this is. */
export function conversionFinding(movement: Movement): FindingJson | undefined {
  const { presented, currency, sourceId, exchangeRate } = movement;
  if (presented === undefined || conversionOf(movement) !== "unknown") return undefined;
  const { counterpart } = classify(movement);
  const booked = `“${accountName(counterpart)}” in ${currency}`;
  const source = sourceWords(sourceId, amountText(money(presented.amount, presented.currency)));
  return {
    ...aboutMovement(movement),
    code: "conversion_unknown",
    error: `${source}, ${partWords(exchangeRate)}.`,
    next: `It is booked under ${booked}, without a conversion, and Stripe's balance is right. If you need it in ${presented.currency}, look the part up in Stripe's dashboard and book it by hand, then acknowledge this.`,
  };
}

/** Of a balance transaction that cannot be posted for a reason of its own. */
export function failedOutcome(movement: Movement, problem: unknown): Outcome {
  const { code, next } = problemWords(problem, movement);
  const finding: FindingJson = {
    ...aboutMovement(movement),
    code,
    error: problem instanceof Error ? problem.message : "It could not be read.",
    next,
  };
  const isKnown = movement.unreadable === undefined && !(problem instanceof AmountsDisagree);
  const held = movement.balanceType === "payments" && isKnown;
  return {
    state: "failed",
    legs: [],
    finding,
    ...(held && movement.net !== "0" ? { missing: movement.net } : {}),
  };
}

function problemWords(problem: unknown, { unreadable }: Movement): Pick<FindingJson, "code" | "next"> {
  if (problem instanceof UnknownCurrency) {
    const next =
      "Nothing was posted for it, because its decimals would be a guess. Update this app, then sync again.";
    return { code: "unknown_currency", next };
  }
  if (problem instanceof AmountUnreadable) {
    const incomparable = unreadable === undefined ? "" : ", and its currency cannot be compared";
    const next = `Nothing was posted for it${incomparable}. Book it by hand from Stripe's dashboard, then acknowledge this.`;
    return { code: "amount_unreadable", next };
  }
  if (problem instanceof TimeUnreadable) {
    const next =
      "Nothing was posted for it, because its day would be a guess. Book it by hand from Stripe's dashboard, then acknowledge this.";
    return { code: "time_unreadable", next };
  }
  return {
    code: "amounts_disagree",
    next: "Nothing was posted for it, and its currency cannot be compared. Book it by hand from Stripe's dashboard, then acknowledge this.",
  };
}
