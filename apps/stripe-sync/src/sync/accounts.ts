/**
 * The ledger side of the accounts: finds or makes the ledger and its balances, and knows every account's balance id.
 *
 * Ledgers have no unique name and balances no caller's id, so both are looked for by this app's metadata before they
 * are made. A process that dies right after making one finds it at the next try. Internal accounts need no making: the
 * ledger does that at their first transaction, one for each indicator and currency.
 */
import type { Balance, CloudClient, Ledger } from "@annex/client";
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
import type { StripeMode } from "../stripe/modes.ts";

/** What calls to the ledger need. */
export type LedgerTools = {
  readonly cloud: CloudClient;
  readonly mode: StripeMode;
  readonly signal?: AbortSignal | undefined;
};

export type Accounts = {
  readonly ledgerId: string;
  readonly mode: StripeMode;
  readonly balances: readonly Balance[];
  /** By `role/currency`. */
  readonly idOf: ReadonlyMap<string, string>;
  /** By balance id. */
  readonly keyOf: ReadonlyMap<string, AccountKey>;
};

export function accountText({ role, currency }: AccountKey): string {
  return `${role}/${currency}`;
}

/** The ledger's id; undefined where there is none yet. */
export async function findLedger({ cloud, mode, signal }: LedgerTools): Promise<Ledger | undefined> {
  const filters = {
    "meta_data.stripe_sync.role_eq": "ledger",
    "meta_data.stripe_sync.mode_eq": mode,
  } as const;
  const found: Ledger[] = [];
  for await (const ledger of cloud.data.ledgers.iterate({ filters }, { signal })) found.push(ledger);
  // Should there ever be two, every run must take the same one.
  return found.sort((one, other) => (one.created_at < other.created_at ? -1 : 1))[0];
}

export async function ensureLedger(tools: LedgerTools): Promise<string> {
  const found = await findLedger(tools);
  if (found !== undefined) return found.ledger_id;
  const { cloud, mode, signal } = tools;
  const meta_data = { stripe_sync: { role: "ledger", mode } };
  return (await cloud.proxy.createLedger({ name: ledgerName(mode), meta_data }, { signal })).ledger_id;
}

/** Makes those of the accounts that are balances of the ledger and are not there yet. */
export async function ensureBalances(
  tools: LedgerTools,
  ledgerId: string,
  wanted: readonly AccountKey[],
): Promise<void> {
  const { idOf } = await loadAccounts(tools, ledgerId);
  for (const key of wanted) {
    if (!isLedgerRole(key.role) || idOf.has(accountText(key))) continue;
    const meta_data = { stripe_sync: { role: key.role, name: accountName(key.role), mode: tools.mode } };
    const balance = { ledger_id: ledgerId, currency: key.currency, meta_data };
    await tools.cloud.proxy.createBalance(balance, { signal: tools.signal });
  }
}

/** Reads all accounts of this app, with their balances as they are now. */
export async function loadAccounts(tools: LedgerTools, ledgerId: string): Promise<Accounts> {
  const { cloud, mode, signal } = tools;
  const indicators = new Map<string, InternalRole>(
    internalRoles.map((role) => [indicatorOf(mode, role), role]),
  );
  const balances: Balance[] = [];
  const ours = cloud.data.balances.iterate({ filters: { ledger_id_eq: ledgerId } }, { signal });
  for await (const balance of ours) balances.push(balance);
  const internal = cloud.data.balances.iterate(
    { filters: { indicator_in: [...indicators.keys()] } },
    { signal },
  );
  for await (const balance of internal) balances.push(balance);
  const oldestFirst = balances.sort((one, other) => (one.created_at < other.created_at ? -1 : 1));
  return accountsFrom(ledgerId, mode, oldestFirst, indicators);
}

function accountsFrom(
  ledgerId: string,
  mode: StripeMode,
  balances: readonly Balance[],
  indicators: ReadonlyMap<string, InternalRole>,
): Accounts {
  const idOf = new Map<string, string>();
  const keyOf = new Map<string, AccountKey>();
  for (const balance of balances) {
    const role = roleOf(balance, indicators);
    if (role === undefined) continue;
    const key: AccountKey = { role, currency: balance.currency };
    keyOf.set(balance.balance_id, key);
    if (!idOf.has(accountText(key))) idOf.set(accountText(key), balance.balance_id);
  }
  return { ledgerId, mode, balances, idOf, keyOf };
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

/** How a transaction names an account: a balance by its id, an internal account by its indicator. */
export function sideOf(accounts: Accounts, key: AccountKey): string {
  if (!isLedgerRole(key.role)) return indicatorOf(accounts.mode, key.role);
  const id = accounts.idOf.get(accountText(key));
  if (id === undefined) throw new Error(`The balance ${accountText(key)} was never made.`);
  return id;
}

/** What an account holds, in minor units; zero where it was never used. */
export function heldBy(accounts: Accounts, key: AccountKey): bigint {
  const id = accounts.idOf.get(accountText(key));
  return accounts.balances.find((balance) => balance.balance_id === id)?.balance ?? 0n;
}
