/** A roastery with customers in four currencies, and what happened in its last three months. Pure: by the day alone. */
import { createDraws } from "./draws.ts";

export type Customer = {
  readonly key: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly country: string;
  readonly currency: string;
};

/** A balance by its name. */
export type Account = {
  readonly key: string;
  readonly name: string;
  readonly ledger: "Customers" | "Roastery";
  readonly currency: string;
  /** Whose wallet it is. */
  readonly customer?: string;
};

/** Money from one account to another; `@World` is everybody else. */
export type Movement = {
  readonly reference: string;
  readonly from: string;
  readonly to: string;
  /** Minor units. */
  readonly amount: bigint;
  readonly currency: string;
  readonly description: string;
  readonly at: Date;
};

/** A hold, and what became of it; nothing means that it still stands. */
export type Hold = Movement & { readonly then?: "committed" | "committed in part" | "voided" };

export type Business = {
  readonly customers: readonly Customer[];
  readonly accounts: readonly Account[];
  /** In the order in which they happened. */
  readonly movements: readonly Movement[];
  readonly holds: readonly Hold[];
  /** More than there is in the wallet: the ledger rejects it. */
  readonly rejected: Movement;
  /** For a day to come. */
  readonly scheduled: Movement;
  /** One of the movements, which is given back. */
  readonly refunded: string;
};

/** Everybody outside the books. */
export const world = "@World";

const days = 90;
const millisecondsOfDay = 86_400_000;
const monthDays = 30;

/** Minor units in one major unit, and what a usual purchase costs, in minor units. */
export const currencies: Readonly<Record<string, { readonly precision: bigint; readonly usual: bigint }>> = {
  USD: { precision: 100n, usual: 4_850n },
  EUR: { precision: 100n, usual: 4_290n },
  JPY: { precision: 1n, usual: 6_800n },
  KWD: { precision: 1000n, usual: 14_250n },
};

const people = [
  ["Amelia", "Hart", "US", "USD"],
  ["Theo", "Nguyen", "US", "USD"],
  ["Priya", "Raman", "US", "USD"],
  ["Jonas", "Keller", "DE", "EUR"],
  ["Camille", "Durand", "FR", "EUR"],
  ["Marta", "Ferreira", "PT", "EUR"],
  ["Sofia", "Lindqvist", "FI", "EUR"],
  ["Haruto", "Sato", "JP", "JPY"],
  ["Yui", "Tanaka", "JP", "JPY"],
  ["Layla", "Al-Sabah", "KW", "KWD"],
] as const;

const goods = ["Ethiopia, 1 kg", "House blend, 5 kg", "Decaf, 500 g", "Filter papers", "Grinder service"];

/**
 * The business as it stands on a day.
 *
 * @example
 * ```ts
 * planBusiness(new Date("2026-11-26T00:00:00Z")).movements.length; // the same for everybody on that day
 * ```
 */
export function planBusiness(today: Date): Business {
  const midnight = Math.floor(today.getTime() / millisecondsOfDay) * millisecondsOfDay;
  const customers = people.map(([firstName, lastName, country, currency], index) => ({
    key: `customer-${index + 1}`,
    firstName,
    lastName,
    country,
    currency,
  }));
  const diary = keepDiary(customers, midnight);
  return { customers, accounts: accountsOf(customers), ...diary };
}

function accountsOf(customers: readonly Customer[]): readonly Account[] {
  const wallets = customers.map(({ key, firstName, lastName, currency }) => ({
    key: walletOf(key),
    name: `${firstName} ${lastName}, wallet`,
    ledger: "Customers" as const,
    currency,
    customer: key,
  }));
  const own = Object.keys(currencies).flatMap((currency) =>
    (["Sales", "Payment fees", "Bank"] as const).map((name) => ({
      key: ownAccount(name, currency),
      name: `${name} ${currency}`,
      ledger: "Roastery" as const,
      currency,
    })),
  );
  return [...wallets, ...own];
}

const walletOf = (customer: string) => `wallet of ${customer}`;
const ownAccount = (name: "Sales" | "Payment fees" | "Bank", currency: string) => `${name} ${currency}`;

function keepDiary(customers: readonly Customer[], midnight: number) {
  const draws = createDraws();
  const movements: Movement[] = [];
  const wallets = new Map<string, bigint>();
  const sales = new Map<string, bigint>();
  const soldThisMonth = new Map<string, bigint>();

  const record = (movement: Omit<Movement, "reference">) => {
    const made = { reference: `sample-${String(movements.length + 1).padStart(4, "0")}`, ...movement };
    movements.push(made);
    return made;
  };
  const moment = (day: number) =>
    new Date(midnight - day * millisecondsOfDay + draws.below(10) * 3_600_000 + draws.below(3600) * 1000);

  for (let day = days; day >= 1; day -= 1) {
    for (const { key, currency } of customers) {
      const usual = currencies[currency]?.usual ?? 0n;
      const wallet = walletOf(key);
      const price = (usual * BigInt(40 + draws.below(140))) / 100n;
      const buys = draws.below(3) === 0;
      if (!buys) continue;
      if ((wallets.get(wallet) ?? 0n) < price) {
        const amount = usual * BigInt(5 + draws.below(5));
        record({ from: world, to: wallet, amount, currency, description: "Card top-up", at: moment(day) });
        add(wallets, wallet, amount);
      }
      const description = draws.oneOf(goods);
      const to = ownAccount("Sales", currency);
      record({ from: wallet, to, amount: price, currency, description, at: moment(day) });
      add(wallets, wallet, -price);
      add(sales, to, price);
      add(soldThisMonth, currency, price);
    }
    if (day % monthDays === 1) closeMonth(day);
  }

  /** What the card company takes, and what goes to the bank. */
  function closeMonth(day: number): void {
    for (const [currency, sold] of soldThisMonth) {
      const from = ownAccount("Sales", currency);
      const at = new Date(midnight - (day - 1) * millisecondsOfDay - 60_000);
      const fee = (sold * 29n) / 1000n;
      const paid = (sold * 3n) / 4n;
      record({
        from,
        to: ownAccount("Payment fees", currency),
        amount: fee,
        currency,
        description: "Payment fees, 2.9 %",
        at,
      });
      record({ from, to: ownAccount("Bank", currency), amount: paid, currency, description: "Payout", at });
      add(sales, from, -fee - paid);
    }
    soldThisMonth.clear();
  }

  const last = movements.findLast(({ from }) => from.startsWith("wallet"));
  return {
    movements,
    ...unfinished(customers, wallets, midnight),
    refunded: last?.reference ?? "",
  };
}

/** What is not simply done: holds, one that is refused, one for next week. */
function unfinished(customers: readonly Customer[], wallets: ReadonlyMap<string, bigint>, midnight: number) {
  const outcomes = ["committed", "committed in part", "voided", undefined, undefined] as const;
  const rich = customers
    .filter(({ key }) => (wallets.get(walletOf(key)) ?? 0n) >= 20n)
    .slice(0, outcomes.length);
  const holds = rich.map(({ key, currency }, index): Hold => {
    const wallet = walletOf(key);
    const then = outcomes[index];
    return {
      reference: `sample-hold-${index + 1}`,
      from: wallet,
      to: ownAccount("Sales", currency),
      amount: (wallets.get(wallet) ?? 0n) / 2n,
      currency,
      description: "Order on hold until it ships",
      at: new Date(midnight - (index + 1) * millisecondsOfDay),
      ...(then === undefined ? {} : { then }),
    };
  });
  const [first] = customers;
  const currency = first?.currency ?? "USD";
  const from = walletOf(first?.key ?? "");
  const rejected: Movement = {
    reference: "sample-rejected",
    from,
    to: ownAccount("Sales", currency),
    amount: (wallets.get(from) ?? 0n) + 100_000n,
    currency,
    description: "Espresso machine",
    at: new Date(midnight),
  };
  const scheduled: Movement = {
    reference: "sample-scheduled",
    from: ownAccount("Bank", currency),
    to: world,
    amount: 25_000n,
    currency,
    description: "Rent",
    at: new Date(midnight + 7 * millisecondsOfDay),
  };
  return { holds, rejected, scheduled };
}

function add(to: Map<string, bigint>, key: string, amount: bigint): void {
  to.set(key, (to.get(key) ?? 0n) + amount);
}
