/** What a record is called: by the name its app gave it, else by what the ledger calls it, else by its id. Pure. */
import { shortId } from "@annex/ui";
import type { BalanceRecord, IdentityRecord, Metadata } from "../api/types.ts";

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

/** An identity by its organization's name, then its person's, then its id. */
export function identityName(identity: IdentityRecord): string {
  const person = [identity.first_name, identity.other_names, identity.last_name].filter(Boolean).join(" ");
  return identity.organization_name || person || shortId(identity.identity_id);
}
