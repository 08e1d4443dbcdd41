/** What is served under `/v1`: for each kind of object its path, its list filters and where it is kept. */
import type { Account } from "./account.ts";

/** Any object of Stripe's that has an id; fields are looked up by name when a list is filtered or expanded. */
export type StripeObject = Readonly<Record<string, unknown>> & { readonly id: string };

export type Resource = {
  /** Below `/v1/`. */
  readonly path: string;
  /** As Stripe's errors name it. */
  readonly name: string;
  readonly objects: (account: Account) => readonly StripeObject[];
  /** Parameters compared with the field of the same name. */
  readonly equalityFilters: readonly string[];
  /** Parameters that take a time or a range of times. */
  readonly timeFilters: readonly string[];
};

const resource = (
  path: string,
  name: string,
  objects: (account: Account) => readonly object[],
  equalityFilters: readonly string[],
  timeFilters: readonly string[] = ["created"],
): Resource => ({
  path,
  name,
  objects: objects as (account: Account) => readonly StripeObject[],
  equalityFilters,
  timeFilters,
});

export const resources: readonly Resource[] = [
  resource("balance_transactions", "balance transaction", (account) => account.movements, [
    "currency",
    "source",
    "type",
    "payout",
  ]),
  resource("charges", "charge", (account) => account.charges, ["customer"]),
  resource("customers", "customer", (account) => account.customers, ["email"]),
  resource("refunds", "refund", (account) => account.refunds, ["charge"]),
  resource("disputes", "dispute", (account) => account.disputes, ["charge"]),
  resource(
    "payouts",
    "payout",
    (account) => account.payouts,
    ["status", "destination"],
    ["created", "arrival_date"],
  ),
];

/** The object of an id, whatever its kind. */
export function findObject(account: Account, id: string): StripeObject | undefined {
  for (const { objects } of resources) {
    const found = findIn(objects(account), id);
    if (found !== undefined) return found;
  }
  return undefined;
}

type Index = { known: number; readonly byId: Map<string, StripeObject> };
/** Lists only ever grow, so what was indexed stays where it was. */
const indexes = new WeakMap<readonly StripeObject[], Index>();

export function findIn(objects: readonly StripeObject[], id: string): StripeObject | undefined {
  const index = indexes.get(objects) ?? { known: 0, byId: new Map() };
  indexes.set(objects, index);
  for (const object of objects.slice(index.known)) index.byId.set(object.id, object);
  index.known = objects.length;
  return index.byId.get(id);
}

/** `GET /v1/account`, the fields that a reader of the books asks for. */
export function accountOf(account: Account) {
  return { id: account.id, object: "account", country: "US", default_currency: "usd", type: "standard" };
}

/** `GET /v1/balance` */
export function balanceOf(account: Account) {
  const currencies = [...account.held.keys()].sort();
  const amounts = (pending: boolean) =>
    currencies.map((currency) => {
      const amount = account.movements
        .filter(
          (movement) => movement.currency === currency && movement.available_on > account.now === pending,
        )
        .reduce((sum, movement) => sum + movement.net, 0);
      return { amount, currency, source_types: { card: amount } };
    });
  return { object: "balance", available: amounts(false), livemode: false, pending: amounts(true) };
}
