/**
 * The ledger side of the accounts: finds or makes the ledger and its balances, and knows every account's balance id.
 *
 * Ledgers have no unique name and balances no caller's id, so both are looked for by this app's metadata before they
 * are made. A process that dies right after making one finds it at the next try. Internal accounts need no making: the
 * ledger does that at their first transaction, one for each indicator and currency; afterwards they get a name, so that
 * the dashboard shows "Disputes" and not the indicator.
 */
import type { Balance, Ledger, Transaction } from "@annex/client";
import {
  type AccountKey,
  accountName,
  type InternalRole,
  indicatorOf,
  internalRoles,
  isLedgerRole,
  type LedgerRole,
  ledgerName,
  ledgerRoles,
} from "../mapping/accounts.ts";
import type { Books } from "../mapping/books.ts";
import type { Leg } from "../mapping/legs.ts";
import type { LedgerTools } from "./tools.ts";

export type Accounts = {
  readonly books: Books;
  /** By `role/currency`. */
  readonly idOf: ReadonlyMap<string, string>;
  /** By balance id. */
  readonly keyOf: ReadonlyMap<string, AccountKey>;
};

/** Accounts with what they hold. */
export type HeldAccounts = Accounts & { readonly balances: readonly Balance[] };

export function accountText({ role, currency }: AccountKey): string {
  return `${role}/${currency}`;
}

export function accountOfText(text: string): AccountKey {
  const [role = "", currency = ""] = text.split("/");
  return { role: role as AccountKey["role"], currency };
}

/** The ledger's id; undefined where there is none yet. */
export async function findLedger({ cloud, books, signal }: LedgerTools): Promise<Ledger | undefined> {
  const filters = {
    "meta_data.stripe_sync.role_eq": "ledger",
    "meta_data.stripe_sync.account_eq": books.account,
    "meta_data.stripe_sync.mode_eq": books.mode,
  } as const;
  const found: Ledger[] = [];
  for await (const ledger of cloud.data.ledgers.iterate({ filters }, { signal })) found.push(ledger);
  // Should there ever be two, every run must take the same one.
  return found.sort((one, other) => (one.created_at < other.created_at ? -1 : 1))[0];
}

export async function ensureLedger(tools: LedgerTools): Promise<string> {
  const found = await findLedger(tools);
  if (found !== undefined) return found.ledger_id;
  const { cloud, books, signal } = tools;
  const meta_data = { stripe_sync: { role: "ledger", ...books } };
  return (await cloud.proxy.createLedger({ name: ledgerName(books), meta_data }, { signal })).ledger_id;
}

/** Makes those of the accounts that are balances of the ledger and are not there yet; answers all that are there. */
export async function ensureAccounts(
  tools: LedgerTools,
  ledgerId: string,
  wanted: readonly AccountKey[],
): Promise<Accounts> {
  const accounts = await loadAccounts(tools, ledgerId);
  await nameAccounts(tools, accounts);
  const idOf = new Map(accounts.idOf);
  const keyOf = new Map(accounts.keyOf);
  for (const key of wanted) {
    if (!isLedgerRole(key.role) || idOf.has(accountText(key))) continue;
    const meta_data = { stripe_sync: { role: key.role, name: accountName(key.role), ...tools.books } };
    const balance = { ledger_id: ledgerId, currency: key.currency, meta_data };
    const { balance_id: id } = await tools.cloud.proxy.createBalance(balance, { signal: tools.signal });
    idOf.set(accountText(key), id);
    keyOf.set(id, key);
  }
  return { books: tools.books, idOf, keyOf };
}

/** Gives those their names that the ledger made itself; done again, it finds them named. */
export async function nameAccounts(
  { cloud, books, signal }: LedgerTools,
  { balances, keyOf }: HeldAccounts,
): Promise<void> {
  for (const balance of balances) {
    const role = keyOf.get(balance.balance_id)?.role;
    if (role === undefined || isLedgerRole(role) || balance.meta_data?.["stripe_sync"] !== undefined)
      continue;
    const stripe_sync = { role, name: accountName(role), ...books };
    await cloud.proxy.updateMetadata(balance.balance_id, { stripe_sync }, { signal });
  }
}

/** Reads all accounts of these books, with their balances as they are now. */
export async function loadAccounts(tools: LedgerTools, ledgerId: string): Promise<HeldAccounts> {
  const { cloud, books, signal } = tools;
  const indicators = indicatorsOf(books);
  const balances = [...(await ledgerBalances(tools, ledgerId))];
  const filters = { indicator_in: [...indicators.keys()] };
  for await (const balance of cloud.data.balances.iterate({ filters }, { signal })) balances.push(balance);
  return accountsFrom(books, balances, indicators);
}

/** Reads those that are balances of the ledger, which is enough to compare with Stripe. */
export async function loadLedgerAccounts(tools: LedgerTools, ledgerId: string): Promise<HeldAccounts> {
  return accountsFrom(tools.books, await ledgerBalances(tools, ledgerId), new Map());
}

async function ledgerBalances({ cloud, signal }: LedgerTools, ledgerId: string): Promise<readonly Balance[]> {
  const balances: Balance[] = [];
  const filters = { ledger_id_eq: ledgerId };
  for await (const balance of cloud.data.balances.iterate({ filters }, { signal })) balances.push(balance);
  return balances;
}

function indicatorsOf(books: Books): ReadonlyMap<string, InternalRole> {
  return new Map(internalRoles.map((role) => [indicatorOf(books, role), role]));
}

function accountsFrom(
  books: Books,
  balances: readonly Balance[],
  indicators: ReadonlyMap<string, InternalRole>,
): HeldAccounts {
  const idOf = new Map<string, string>();
  const keyOf = new Map<string, AccountKey>();
  const oldestFirst = [...balances].sort((one, other) => (one.created_at < other.created_at ? -1 : 1));
  for (const balance of oldestFirst) {
    const role = roleOf(balance, indicators);
    if (role === undefined) continue;
    const key: AccountKey = { role, currency: balance.currency };
    keyOf.set(balance.balance_id, key);
    if (!idOf.has(accountText(key))) idOf.set(accountText(key), balance.balance_id);
  }
  return { books, balances: oldestFirst, idOf, keyOf };
}

function roleOf(
  balance: Balance,
  indicators: ReadonlyMap<string, InternalRole>,
): LedgerRole | InternalRole | undefined {
  const indicator = balance.indicator ?? "";
  if (indicator !== "") return indicators.get(indicator);
  const own = balance.meta_data?.["stripe_sync"];
  if (typeof own !== "object" || own === null || !("role" in own)) return undefined;
  return ledgerRoles.find((role) => role === own.role);
}

/** How a transaction names an account: by its balance's id where that is known, an internal one by its indicator. */
export function sideOf(accounts: Accounts, key: AccountKey): string {
  const id = accounts.idOf.get(accountText(key));
  if (id !== undefined) return id;
  if (isLedgerRole(key.role)) throw new Error(`The balance ${accountText(key)} was never made.`);
  return indicatorOf(accounts.books, key.role);
}

/** The accounts with those that the ledger made itself when these legs were posted. */
export function withNewAccounts(
  accounts: Accounts,
  posted: readonly { readonly leg: Leg; readonly transaction: Transaction }[],
): Accounts {
  const idOf = new Map(accounts.idOf);
  const keyOf = new Map(accounts.keyOf);
  const learn = (key: AccountKey, id: string | null | undefined) => {
    if (id === null || id === undefined || id === "" || idOf.has(accountText(key))) return;
    idOf.set(accountText(key), id);
    keyOf.set(id, key);
  };
  for (const { leg, transaction } of posted) {
    learn(leg.from, transaction.source);
    learn(leg.to, transaction.destination);
  }
  return { books: accounts.books, idOf, keyOf };
}

/**
 * What an account holds, in minor units; zero where it was never used. Where it was made twice, by two that did it at
 * once or by one whose answer was lost, what it holds is in both.
 */
export function heldBy({ balances, keyOf }: HeldAccounts, key: AccountKey): bigint {
  const text = accountText(key);
  const own = balances.filter(({ balance_id }) => {
    const known = keyOf.get(balance_id);
    return known !== undefined && accountText(known) === text;
  });
  return own.reduce((sum, { balance }) => sum + balance, 0n);
}
