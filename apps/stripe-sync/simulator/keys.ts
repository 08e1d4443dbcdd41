/**
 * Which key may do what, as at Stripe: a secret key everything, a restricted one what it was given and nothing else.
 * Names and calls are those of Stripe's reference "API permissions". Kept apart from the app's own table on purpose,
 * so that a mistake in one of them shows.
 */
import { Refusal } from "./refusals.ts";

export type Keys = {
  /** Makes a restricted key, or changes what it may. */
  grant(key: string, permissions: readonly string[]): void;
  /** As if it were rolled in the dashboard: it opens nothing from now on. */
  revoke(key: string): void;
  /** @throws Refusal 401 for a key that is none, 403 where it lacks a permission. */
  check(authorization: string | undefined, call: KeyCall): void;
};

export type KeyCall = {
  readonly path: string;
  readonly expanded: readonly string[];
  /** With the header `Stripe-Account`. */
  readonly connect: boolean;
};

/** What else a permission lets in. */
const implied: Readonly<Record<string, readonly string[]>> = {
  rak_balance_transaction_source_read: ["rak_balance_read", "rak_application_fee_read", "rak_transfer_read"],
};

/** Marked "(Direct)" in the reference: they authorize no call with `Stripe-Account`, whoever has them. */
const direct: ReadonlySet<string> = new Set(["rak_connected_account_read"]);

const byCollection: Readonly<Record<string, string>> = {
  account: "rak_connected_account_read",
  balance: "rak_balance_read",
  balance_transactions: "rak_balance_read",
  charges: "rak_charge_read",
  customers: "rak_customer_read",
  refunds: "rak_charge_read",
  disputes: "rak_dispute_read",
  payouts: "rak_payout_read",
};

export function createKeys(accountId: string): Keys {
  const restricted = new Map<string, ReadonlySet<string>>();
  const revoked = new Set<string>();
  return {
    grant: (key, permissions) => {
      revoked.delete(key);
      restricted.set(key, new Set(permissions.flatMap((name) => [name, ...(implied[name] ?? [])])));
    },
    revoke: (key) => revoked.add(key),
    check: (authorization, { path, expanded, connect }) => {
      const key = formOf(authorization);
      if (revoked.has(key)) throw unknownKey(key);
      if (!key.startsWith("rk_")) return;
      const granted = restricted.get(key) ?? new Set();
      const lacking = permissionsFor(path, expanded).find(
        (permission) => !granted.has(permission) || (connect && direct.has(permission)),
      );
      if (lacking !== undefined) throw lacksPermission(key, accountId, lacking);
    },
  };
}

/** What a call wants, in the order Stripe would miss it. */
function permissionsFor(path: string, expanded: readonly string[]): readonly string[] {
  const [, , collection = ""] = path.split("/");
  const own = byCollection[collection];
  const source = expanded.some((field) => /(^|\.)source(\.|$)/.test(field));
  const withSource = collection === "balance_transactions" && source;
  return [
    ...(own === undefined ? [] : [own]),
    ...(withSource ? ["rak_balance_transaction_source_read"] : []),
  ];
}

/** The key of a request. A live one is refused, since it has no business on a simulator. */
function formOf(authorization: string | undefined): string {
  const key = keyIn(authorization);
  if (key === undefined || key === "") {
    const message =
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth.";
    throw new Refusal(401, { message });
  }
  if (/^(sk|rk)_test_/.test(key)) return key;
  if (/^(sk|rk)_live_/.test(key)) {
    const message = "This is the local Stripe simulator. It takes no live keys; revoke this one if in doubt.";
    throw new Refusal(401, { message });
  }
  throw unknownKey(key);
}

function keyIn(authorization: string | undefined): string | undefined {
  const [scheme, credential] = (authorization ?? "").split(" ");
  if (scheme?.toLowerCase() === "bearer") return credential;
  if (scheme?.toLowerCase() !== "basic") return undefined;
  return Buffer.from(credential ?? "", "base64")
    .toString("utf8")
    .split(":")[0];
}

function unknownKey(key: string): Refusal {
  return new Refusal(401, { message: `Invalid API Key provided: ${key.slice(0, 3)}****` });
}

function lacksPermission(key: string, accountId: string, permission: string): Refusal {
  const shown = `${key.slice(0, 8)}*********${key.slice(-4)}`;
  return new Refusal(403, {
    message: `The provided key '${shown}' does not have the required permissions for this endpoint on account '${accountId}'. Having the '${permission}' permission would allow this request to continue.`,
  });
}
