/** The books of every key that was ever read with: whose they are, from when to when, and whether they still tie. */
import type { PortalContext } from "@annex/app";
import { type Books, booksName } from "../mapping/books.ts";
import type { BooksDetailJson, BooksJson, CurrencyTotalJson } from "../portal-types.ts";
import {
  type Check,
  currentBooks,
  isoTime,
  knownBooks,
  onlyOne,
  positionOf,
  type SyncData,
  syncData,
} from "../sync/register.ts";
import { compareSides, missingOf, type StripeView, viewLedger } from "../sync/totals.ts";
import { countFindings } from "./open-findings.ts";
import { nothingHere, type PortalParts } from "./parts.ts";
import { side } from "./totals.ts";

export async function listBooks(c: PortalContext): Promise<{ readonly data: readonly BooksJson[] }> {
  return { data: await Promise.all((await knownBooks(c.data)).map((books) => booksJson(c, books))) };
}

export async function booksDetail(
  c: PortalContext<"name">,
  { clock }: Pick<PortalParts, "clock">,
): Promise<BooksDetailJson> {
  const name = c.param("name");
  const books = (await knownBooks(c.data)).find((known) => booksName(known) === name);
  if (books === undefined) throw nothingHere("account and mode");
  const data = syncData(c.data, books);
  const { ledgerId } = (await positionOf(data)) ?? {};
  const ledger = await side(clock, () => viewLedger({ cloud: c.cloud, books }, ledgerId));
  const check = await data.lastCheck.get(onlyOne);
  const stripe = check === undefined ? undefined : viewAt(check);
  const rows = compareSides({ stripe, ledger: ledger.value, missing: await missingOf(data) });
  const currencies = rows.map((row) => asCompared(row, check));
  return { ...(await booksJson(c, books)), ledger: ledger.json, currencies };
}

async function booksJson(c: PortalContext, books: Books): Promise<BooksJson> {
  const data = syncData(c.data, books);
  const name = booksName(books);
  const current = await currentBooks(c.data);
  const [from, to] = await Promise.all([endOf(data, false), endOf(data, true)]);
  const compared = (await data.lastCheck.get(onlyOne))?.at;
  return {
    name,
    account: books.account,
    mode: books.mode,
    current: current !== undefined && booksName(current) === name,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    left_out: await data.unsettled.count(),
    new_findings: (await countFindings(data)).new,
    ...(compared === undefined ? {} : { compared_at: compared }),
  };
}

async function endOf({ movements }: SyncData, descending: boolean): Promise<string | undefined> {
  const [end] = await movements.list({ limit: 1, descending });
  return end === undefined ? undefined : isoTime(end.value.movement.created);
}

/** What Stripe held then, as if it were asked now: what could not be read or told then cannot be now. */
function viewAt({ currencies }: Check): StripeView {
  const held = currencies.map(({ currency, stripe, incomparable, too_busy }) => {
    const sum = { available: BigInt(stripe?.minor ?? "0"), pending: 0n };
    if (too_busy === true) return [currency, { ...sum, undecided: true }] as const;
    const isReadable = stripe !== undefined && incomparable !== true;
    return [currency, isReadable ? sum : { ...sum, unreadable: true }] as const;
  });
  return { balance: new Map(held), before: [], meanwhile: [] };
}

/** Of how much was available, and how much pending, Stripe spoke then. */
function asCompared(row: CurrencyTotalJson, check: Check | undefined): CurrencyTotalJson {
  const { stripe_available: _all, stripe_pending: _none, ...rest } = row;
  const then = check?.currencies.find(({ currency }) => currency === row.currency);
  return {
    ...rest,
    ...(then?.stripe_available === undefined ? {} : { stripe_available: then.stripe_available }),
    ...(then?.stripe_pending === undefined ? {} : { stripe_pending: then.stripe_pending }),
  };
}
