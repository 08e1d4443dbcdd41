/** The proof at the end of a run: both sides as of its last balance transaction, or a finding for each currency that differs. */
import type { CurrencyTotalJson, FindingJson, MoneyJson } from "../portal-types.ts";
import { amountText } from "../stripe/amounts.ts";
import { reportFindings, resolveFindings } from "./findings.ts";
import { money } from "./outcomes.ts";
import { overlap } from "./position.ts";
import type { Reading } from "./reading.ts";
import { keepPosition, onlyOne, type Position } from "./register.ts";
import type { SyncTools } from "./tools.ts";
import {
  compareSides,
  missingOf,
  type StripeView,
  unexplained,
  viewLate,
  viewLedger,
  viewStripe,
} from "./totals.ts";

export type Checked = { readonly currencies: readonly CurrencyTotalJson[]; readonly findings: number };

/**
 * @param position how far the books are with this run; kept here, so that what follows is compared as of it.
 * @param reading what this run read
 */
export async function checkStep(
  tools: SyncTools,
  position: Position,
  { verify: isRange }: Pick<Reading, "verify">,
): Promise<Checked> {
  const { data, runId } = tools;
  await keepPosition(data, position);
  // Days of the past, before everything was imported once: there is nothing to compare with a balance of now.
  if (isRange && position.readThrough === undefined) return { currencies: [], findings: 0 };
  const ledger = await viewLedger(tools, position.ledgerId);
  const missing = await missingOf(data);
  const compare = (seen: StripeView) => compareSides({ stripe: seen, ledger, missing });
  let stripe = await viewStripe(tools);
  let currencies = compare(stripe);
  if (!currencies.every(isTold)) {
    // Stripe may list some late: what the next run will take is no difference.
    const late = await viewLate(tools, overlap);
    for (let looks = 1; looks < mostLooks; looks += 1) {
      const view = await viewStripe(tools);
      stripe = { ...view, before: [...late, ...view.before] };
      currencies = withTold(compare(stripe), currencies);
      // Of so much that comes in at once, another look may see less.
      if (!currencies.some(({ too_busy }) => too_busy)) break;
    }
  }
  const differing = currencies.filter(isCompared).filter(isUnexplained);
  const found = [
    ...differing.map((row) => differenceFound(row, ledger.get(row.currency)?.balanceId)),
    ...[...stripe.balance].flatMap(([currency, { unreadable }]) =>
      unreadable ? [balanceUnreadable(currency)] : [],
    ),
  ];
  const now = new Date(tools.clock());
  for (const { currency, difference } of currencies) {
    await resolveFindings(
      data,
      currency,
      now,
      found.filter(({ object_id }) => object_id === currency),
      // What could not be compared differs as it did.
      (code) => difference !== undefined || code !== "balance_differs",
    );
  }
  await reportFindings(
    data,
    runId,
    now,
    found.map((finding) => ({ finding })),
  );
  await data.lastCheck.put(onlyOne, { at: now.toISOString(), currencies });
  await keepPosition(data, positionChecked(position, currencies));
  return { currencies, findings: found.length };
}

/** How often both sides are looked at where it cannot be told whether they are equal. */
const mostLooks = 4;

/** Whether nothing is left to ask of a currency: it is equal, explained, or nobody can read it. */
function isTold(row: CurrencyTotalJson): boolean {
  return row.too_busy !== true && !isUnexplained(row);
}

/** A currency that an earlier look told of stays as it was seen then: both sides were equal at that moment. */
function withTold(
  rows: readonly CurrencyTotalJson[],
  earlier: readonly CurrencyTotalJson[],
): readonly CurrencyTotalJson[] {
  const told = new Map(earlier.filter(isTold).map((row) => [row.currency, row]));
  return rows.map((row) => told.get(row.currency) ?? row);
}

/** A difference is looked for further back once: what is not found there would not be the next time either. */
function positionChecked(position: Position, currencies: readonly CurrencyTotalJson[]): Position {
  const known = position.lookedBackFor ?? {};
  const compared = currencies.filter(({ difference }) => difference !== undefined);
  const differing = compared.filter(isUnexplained);
  const isNew = differing.some((row) => !isLookedBackFor(position, row));
  const lookedBackFor = {
    ...Object.fromEntries(
      Object.entries(known).filter(([currency]) => !compared.some((row) => row.currency === currency)),
    ),
    ...Object.fromEntries(differing.map((row) => [row.currency, `${unexplained(row)}`])),
  };
  return { ...position, lookedBackFor, ...(isNew ? { lookFurtherBack: true } : {}) };
}

/** Whether a run has looked back for this very difference. */
export function isLookedBackFor(position: Position, row: CurrencyTotalJson): boolean {
  return position.lookedBackFor?.[row.currency] === `${unexplained(row)}`;
}

/** A currency in which both sides could be compared. */
type Compared = CurrencyTotalJson & {
  readonly stripe: MoneyJson;
  readonly ledger: MoneyJson;
  readonly difference: MoneyJson;
};

function isCompared(row: CurrencyTotalJson): row is Compared {
  return row.stripe !== undefined && row.ledger !== undefined && row.difference !== undefined;
}

export function isUnexplained(row: CurrencyTotalJson): boolean {
  return unexplained(row) !== 0n;
}

/** What a person is told of a currency in which both sides differ. Pure. */
export function differenceFound(row: Compared, balanceId: string | undefined): FindingJson {
  const { currency, stripe, ledger } = row;
  const left = money(unexplained(row), currency);
  const explained =
    row.missing === undefined
      ? ""
      : ` Other findings say that ${amountText(row.missing)} is missing, which leaves ${amountText(left)} without an explanation.`;
  return {
    object_id: currency,
    ...(balanceId === undefined ? {} : { balance_id: balanceId }),
    code: "balance_differs",
    amount: left,
    error: `The ledger has ${amountText(ledger)} and Stripe held ${amountText(stripe)} at the same time: a difference of ${amountText(row.difference)}.${explained}`,
    next: "The next sync looks ninety days back by itself, once. If the difference stays, sync the days in question on the overview.",
  };
}

function balanceUnreadable(currency: string): FindingJson {
  return {
    object_id: currency,
    code: "amount_unreadable",
    error:
      currency === ""
        ? "Stripe says that it holds an amount, and not in which currency."
        : `What Stripe says it holds in ${currency} is no exact whole number, so it may have been rounded before it came here.`,
    next: "This currency cannot be compared. Compare it by hand with Stripe's dashboard, then acknowledge this.",
  };
}
