/** What a record is called: by the name its app gave it, else by what the ledger calls it, else by its id. Pure. */
import { amountParts, exactInteger, shortId } from "@annex/ui";
import type { BalanceRecord, IdentityRecord, Metadata, TransactionRecord } from "../api/types.ts";

/** Keys under which apps keep a name, the likeliest first. */
const nameKeys = ["name", "display_name", "account_name", "balance_name", "title", "label"] as const;

/**
 * The name in a record's metadata: at its top, or within what one app keeps under its own key.
 *
 * @example
 * ```ts
 * nameIn({ stripe_sync: { name: "Stripe processing fees" } }); // "Stripe processing fees"
 * ```
 */
export function nameIn(metadata: Metadata): string | undefined {
  if (metadata === null) return undefined;
  return (
    ownName(metadata) ??
    Object.values(metadata)
      .map(ownName)
      .find((name) => name !== undefined)
  );
}

function ownName(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  for (const key of nameKeys) {
    const name: unknown = Reflect.get(value, key);
    if (typeof name === "string" && name.trim() !== "") return name.trim();
  }
  return undefined;
}

/** A balance by its name, then its indicator, then its id. */
export function balanceName(balance: Pick<BalanceRecord, "balance_id" | "indicator" | "meta_data">): string {
  return nameIn(balance.meta_data) ?? (balance.indicator || shortId(balance.balance_id));
}

type NamedTransaction = Pick<
  TransactionRecord,
  "description" | "reference" | "precise_amount" | "precision" | "currency"
>;

/**
 * A transaction by what it is about, else by its reference, and by how much it moves.
 *
 * @example
 * ```ts
 * transactionName(transaction, "en"); // "Walnut chopping board, 1,050.75 USD"
 * ```
 */
export function transactionName(transaction: NamedTransaction, locale?: string): string {
  const { description, reference, precise_amount, precision, currency } = transaction;
  const about = description || shortId(reference);
  const minor = exactInteger(precise_amount);
  const exactPrecision = exactInteger(precision);
  if (minor === undefined || exactPrecision === undefined) return about;
  const { sign, whole, fraction } = amountParts(minor, exactPrecision, locale);
  return `${about}, ${sign}${whole}${fraction} ${currency}`;
}

/** An identity by its organization's name, then its person's, then its id. */
export function identityName(identity: IdentityRecord): string {
  const person = [identity.first_name, identity.other_names, identity.last_name].filter(Boolean).join(" ");
  return identity.organization_name || person || shortId(identity.identity_id);
}
