/** Both sides, asked now. */
import { AppError, type PortalContext } from "@annex/app";
import { CloudError, CloudRateLimited, InstanceUnavailable } from "@annex/client";
import { type Books, booksName } from "../mapping/books.ts";
import type { CurrencyTotalJson, FailureJson, TotalsJson } from "../portal-types.ts";
import { isLookedBackFor, isUnexplained } from "../sync/checking.ts";
import { overlap } from "../sync/position.ts";
import { currentBooks, isoTime, positionOf, syncData } from "../sync/register.ts";
import {
  allEqual,
  compareSides,
  type Later,
  type LedgerSide,
  type Missing,
  missingOf,
  type StripeView,
  viewLate,
  viewLedger,
  viewStripe,
} from "../sync/totals.ts";
import { type Kept, keptForMinutes } from "./kept.ts";
import type { PortalParts } from "./parts.ts";

/** @returns what answers one look at the page */
export function totalsOf(parts: PortalParts): (c: PortalContext) => Promise<TotalsJson> {
  const late = keptForMinutes<readonly Later[]>(parts.clock);
  return (c) => totals(c, parts, late);
}

async function totals(
  c: PortalContext,
  parts: PortalParts,
  late: Kept<readonly Later[]>,
): Promise<TotalsJson> {
  const { clock } = parts;
  const theirs = await side(clock, () => askStripe(c, parts));
  // Where Stripe does not say whose key it is, the ledger still has those that were read last.
  const books = theirs.value?.books ?? (await currentBooks(c.data));
  const data = books === undefined ? undefined : syncData(c.data, books);
  const position = data === undefined ? undefined : await positionOf(data);
  const ours = await side<LedgerSide>(clock, async () =>
    books === undefined ? new Map() : viewLedger({ cloud: c.cloud, books }, position?.ledgerId),
  );
  const missing: Missing = data === undefined ? new Map() : await missingOf(data);
  const compare = (stripe: StripeView | undefined) => compareSides({ stripe, ledger: ours.value, missing });
  let currencies = compare(theirs.value?.view);
  const isNew = (row: CurrencyTotalJson) => position === undefined || !isLookedBackFor(position, row);
  const seen = theirs.value;
  if (seen !== undefined && currencies.some((row) => isUnexplained(row) && isNew(row))) {
    // As a run does before it says so: what Stripe listed late, or a long import left to the next one, is no difference.
    const asOf = `${c.installation.installedAppId}/${booksName(seen.books)}/${position?.readThrough}`;
    const found = await side(clock, () => late(asOf, () => askLate(c, parts, seen.books)));
    const { view } = seen;
    currencies = compare({ ...view, before: [...(found.value ?? []), ...view.before] });
  }
  const through = position?.readThrough;
  return {
    stripe: theirs.json,
    ledger: ours.json,
    ...(theirs.json.ok && ours.json.ok ? { equal: allEqual(currencies) } : {}),
    ...(through === undefined ? {} : { imported_through: isoTime(through) }),
    currencies: [...currencies],
  };
}

type StripeSays = { readonly books: Books; readonly view: StripeView };

/** The key is asked whose it is: one of another account must not be held against the former one's books. */
async function askStripe(c: PortalContext, { stripeOf }: PortalParts): Promise<StripeSays> {
  const stripe = await stripeOf(c);
  const once = { once: true } as const;
  const books: Books = { account: await stripe.account(once), mode: stripe.mode };
  return { books, view: await viewStripe({ stripe, data: syncData(c.data, books), ...once }) };
}

async function askLate(c: PortalContext, { stripeOf }: PortalParts, books: Books): Promise<readonly Later[]> {
  const stripe = await stripeOf(c);
  return viewLate({ stripe, data: syncData(c.data, books), once: true }, overlap);
}

export type Side<Value> = { readonly json: TotalsJson["stripe"]; readonly value?: Value };

/** A side that does not answer is an answer too: the other one is still worth showing. */
export async function side<Value>(clock: () => number, ask: () => Promise<Value>): Promise<Side<Value>> {
  const as_of = new Date(clock()).toISOString();
  try {
    return { json: { ok: true, as_of }, value: await ask() };
  } catch (error) {
    return { json: { ok: false, as_of, failure: failureJson(error) } };
  }
}

function failureJson(error: unknown): FailureJson {
  if (error instanceof AppError && error.details.provider !== undefined) {
    const { provider, retry_after } = error.details;
    const words = { code: error.code, error: error.whatHappened, next: error.whatToDo, provider };
    return retry_after === undefined ? words : { ...words, retry_after };
  }
  // An installation that has ended, a key that is dead, a fault of ours: the framework has an answer for each.
  if (!(error instanceof CloudError) || error.code === "key_revoked") throw error;
  const words = { code: error.code, error: error.whatHappened, next: error.whatToDo };
  const waits = error instanceof CloudRateLimited || error instanceof InstanceUnavailable;
  const retry_after = waits ? error.retryAfterSeconds : undefined;
  return retry_after === undefined ? words : { ...words, retry_after };
}
