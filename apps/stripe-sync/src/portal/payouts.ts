/** Payouts: by period, what one contains, and both as CSV for a spreadsheet. */
import type { PortalContext } from "@annex/app";
import { z } from "zod";
import {
  type ExportJson,
  type ObjectJson,
  type PayoutCurrenciesJson,
  type PayoutDetailJson,
  type PayoutJson,
  payoutStates,
} from "../portal-types.ts";
import { decimal } from "../stripe/amounts.ts";
import { objectOf } from "../sync/outcomes.ts";
import { type SyncData, timeKey } from "../sync/register.ts";
import { foundInBooks, registerOf, scanSize } from "./parts.ts";
import { limitOf, readQuery, words } from "./query.ts";

const payoutsRead = { default: 50, largest: 200 };
const contentsRead = { default: 50, largest: 200 };
/** Rows of one CSV file; a spreadsheet takes about a million. */
const mostRows = 100_000;

const period = {
  /** Days in UTC by which a payout was made, the last one included. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  currency: z.string().toUpperCase().optional(),
  state: words(payoutStates),
};

type Period = {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly currency?: string | undefined;
  readonly state?: readonly PayoutJson["state"][] | undefined;
};

export async function listPayouts(c: PortalContext) {
  const query = readQuery(c, { ...period, limit: limitOf(payoutsRead), after: z.string().optional() });
  const books = await registerOf(c);
  const found = books === undefined ? [] : await payoutsIn(books.data, query, query.limit + 1, query.after);
  return pageOf(found, query.limit, ({ key }) => key);
}

export async function payoutCurrencies(c: PortalContext): Promise<PayoutCurrenciesJson> {
  const books = await registerOf(c);
  if (books === undefined) return { data: [] };
  const { payoutCurrencies: known } = books.data;
  if ((await known.get(allKnown)) === undefined) await learnCurrencies(books.data);
  const keys = (await known.list({ limit: scanSize })).map(({ key }) => key);
  return { data: keys.filter((key) => key !== allKnown) };
}

/** Stands beside the currencies once they are those of all payouts: what was read by an older version noted none. */
const allKnown = "all";

async function learnCurrencies(data: SyncData): Promise<void> {
  const payouts = await payoutsIn(data, {}, Number.POSITIVE_INFINITY);
  for (const currency of new Set(payouts.map(({ amount }) => amount.currency)))
    await data.payoutCurrencies.put(currency, true);
  await data.payoutCurrencies.put(allKnown, true);
}

/** @param most rows of the file, and no more */
export async function exportPayouts(c: PortalContext, most = mostRows): Promise<ExportJson> {
  const query = readQuery(c, period);
  const books = await registerOf(c);
  const payouts = books === undefined ? [] : await payoutsIn(books.data, query, most + 1);
  const rows = payouts.slice(0, most).map((payout) => [
    payout.id,
    payout.created_at,
    payout.arrival_date,
    payout.status,
    payout.state,
    payout.amount.currency,
    decimal(payout.amount),
    `${payout.count ?? ""}`,
    payout.difference === undefined ? "" : decimal(payout.difference),
    payout.balance_transaction ?? "",
    payout.failure ?? "",
    // A difference is one of what was taken from the balance, in its currency.
    (payout.taken ?? payout.amount).currency,
    decimal(payout.taken ?? payout.amount),
  ]);
  const header =
    "payout,created,arrival,status,reconciliation,currency,amount,balance_transactions,difference,reference,failure,balance_currency,balance_amount";
  return csv("payouts.csv", [header.split(","), ...rows], payouts.length > most ? most : undefined);
}

export async function payoutDetail(c: PortalContext<"time" | "payoutId">): Promise<PayoutDetailJson> {
  const { payout, former } = await payoutOf(c);
  return { ...payout, ...(former === undefined ? {} : { books: former }) };
}

export async function listContents(c: PortalContext<"time" | "payoutId">) {
  const { data, payout } = await payoutOf(c);
  const query = readQuery(c, { limit: limitOf(contentsRead), after: z.string().optional() });
  const found = await contentsIn(data, payout.id, query.limit + 1, query.after);
  const { data: shown, next } = pageOf(found, query.limit, ({ key }) => key);
  return { data: shown.map(({ object }) => object), ...(next === undefined ? {} : { next }) };
}

/** @param most rows of the file, and no more */
export async function exportContents(
  c: PortalContext<"time" | "payoutId">,
  most = mostRows,
): Promise<ExportJson> {
  const { data, payout } = await payoutOf(c);
  const contents = await contentsIn(data, payout.id, most + 1);
  const rows = contents
    .slice(0, most)
    .map(({ object }) => [
      object.id,
      object.created_at,
      object.kind,
      object.stripe_type,
      object.source_id ?? "",
      object.customer_id ?? "",
      object.description ?? "",
      object.net?.currency ?? "",
      ...[object.amount, object.fee, object.net].map((amount) =>
        amount === undefined ? "" : decimal(amount),
      ),
      object.state,
      object.legs.map(({ transaction_id }) => transaction_id ?? "").join(" "),
    ]);
  const header =
    "balance_transaction,created,kind,type,source,customer,description,currency,amount,fee,net,state,ledger_transactions";
  return csv(`${payout.id}.csv`, [header.split(","), ...rows], contents.length > most ? most : undefined);
}

async function payoutsIn(
  data: SyncData,
  { from, to, currency, state }: Period,
  limit: number,
  after?: string,
): Promise<readonly PayoutJson[]> {
  const range = {
    ...(from === undefined ? {} : { from: timeKey(startOf(from), "") }),
    ...(to === undefined ? {} : { to: timeKey(startOf(to) + 86_400, "") }),
  };
  const found: PayoutJson[] = [];
  let last = after;
  for (;;) {
    const page = await data.payouts.list({
      ...range,
      limit: scanSize,
      descending: true,
      ...(last === undefined ? {} : { after: last }),
    });
    for (const { value } of page) {
      if (currency !== undefined && value.amount.currency !== currency) continue;
      if (state === undefined || state.includes(value.state)) found.push(value);
    }
    last = page.at(-1)?.key;
    if (page.length < scanSize || found.length >= limit) return found.slice(0, limit);
  }
}

function startOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / 1000;
}

type Content = { readonly key: string; readonly object: ObjectJson };

async function contentsIn(
  data: SyncData,
  payoutId: string,
  limit: number,
  after?: string,
): Promise<readonly Content[]> {
  const found: Content[] = [];
  let last = after;
  for (;;) {
    const page = await data.payoutContents.list({
      prefix: `${payoutId}/`,
      limit: Math.min(scanSize, limit - found.length),
      descending: true,
      ...(last === undefined ? {} : { after: last }),
    });
    for (const { key, value } of page) {
      const stored = await data.movements.get(value);
      if (stored !== undefined) found.push({ key, object: objectOf(stored) });
    }
    last = page.at(-1)?.key;
    if (page.length < scanSize || found.length >= limit) return found;
  }
}

function pageOf<Item>(found: readonly Item[], limit: number, keyOf: (item: Item) => string) {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return found.length > limit && last !== undefined ? { data: shown, next: keyOf(last) } : { data: shown };
}

async function payoutOf(c: PortalContext<"time" | "payoutId">) {
  const key = `${c.param("time")}/${c.param("payoutId")}`;
  const { value, ...found } = await foundInBooks(c, "payout", ({ payouts }) => payouts.get(key));
  return { ...found, payout: value };
}

/** As JSON, since the page asks with its session and a link could not. */
function csv(file: string, rows: readonly (readonly string[])[], cutAt: number | undefined): ExportJson {
  const text = rows.map((row) => row.map(cell).join(",")).join("\r\n");
  return { file, text: `${text}\r\n`, ...(cutAt === undefined ? {} : { cut_at: cutAt }) };
}

/** Quoted where it must be. Text that a spreadsheet would run as a formula gets an apostrophe; amounts are none. */
export function cell(text: string): string {
  const safe = /^[=+@\t\r-]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
