/**
 * The writes on ledgers and balances as effects. Neither has a place for a reference, so under a scope each new one
 * carries it as a mark in its metadata, and is found by that.
 */
import type { FiltersApi } from "../data/filters.ts";
import type { Effects, Write } from "../effects/index.ts";
import { holdsFields } from "../looks/index.ts";
import { type Balance, balanceShape, type Ledger, ledgerShape, readRecord } from "../records/records.ts";
import { pathSegment } from "../transport/paths.ts";
import type { CallOptions } from "../transport/transport.ts";
import type { ProxyCaller } from "./call.ts";
import type { NewBalance, NewLedger } from "./ledger-requests.ts";

/** Parts that the calls on ledgers and balances need. */
export interface LedgerTools {
  readonly proxy: ProxyCaller;
  readonly effects: Effects;
  readonly filters: FiltersApi;
}

/** The key in the metadata of a new ledger or balance under which its reference stands. */
const markKey = "annex_effect";

/** A new ledger: under a scope its metadata carries its reference. */
export function ledgerWrite(
  { proxy, filters }: LedgerTools,
  ledger: NewLedger,
  options: CallOptions | undefined,
): Write<NewLedger, Ledger> {
  return {
    kind: "ledger",
    what: `the ledger "${ledger.name}"`,
    lookAt: ({ reference }) => `for a ledger whose metadata has ${markKey} ${reference}`,
    body: ledger,
    mark: withMark,
    async send(body) {
      const { value } = await proxy.write({
        method: "POST",
        path: "/ledgers",
        body,
        repeat: "once",
        options,
      });
      return readRecord(ledgerShape, value);
    },
    look: async ({ reference }) => sighted((await filters.ledgers.find(marked(reference), options)).data),
    recall: (noted) => readRecord(ledgerShape, noted),
  };
}

/** A new balance: under a scope its metadata carries its reference. */
export function balanceWrite(
  { proxy, filters }: LedgerTools,
  balance: NewBalance,
  options: CallOptions | undefined,
): Write<NewBalance, Balance> {
  return {
    kind: "balance",
    what: `a ${balance.currency} balance in ${balance.ledger_id}`,
    lookAt: ({ reference }) => `for a balance whose metadata has ${markKey} ${reference}`,
    body: balance,
    mark: withMark,
    async send(body) {
      const { value } = await proxy.write({
        method: "POST",
        path: "/balances",
        body,
        repeat: "once",
        options,
      });
      return readRecord(balanceShape, value);
    },
    look: async ({ reference }) => sighted((await filters.balances.find(marked(reference), options)).data),
    recall: (noted) => readRecord(balanceShape, noted),
  };
}

/** Linking a balance to an identity changes nothing when it is repeated. */
export function identityLinkWrite(
  { proxy }: LedgerTools,
  balanceId: string,
  identityId: string,
  options: CallOptions | undefined,
): Write<{ readonly identity_id: string }, void> {
  const balancePath = `/balances/${pathSegment(balanceId, "balance_id")}`;
  return {
    kind: "identity_link",
    target: balanceId,
    what: `linking ${balanceId} to ${identityId}`,
    lookAt: () => `which identity ${balanceId} is linked to`,
    body: { identity_id: identityId },
    repeatable: true,
    patience: [0],
    async send(body) {
      const path = `${balancePath}/identity`;
      await proxy.write({ method: "PUT", path, body, repeat: "repeatable", options });
    },
    async look() {
      const { value } = await proxy.read(balancePath, {}, options);
      const isLinked = holdsFields(value, { identity_id: identityId });
      return isLinked ? { sight: "done", result: undefined } : { sight: "absent" };
    },
    recall: () => undefined,
    assume: () => undefined,
  };
}

function withMark<Body extends NewLedger | NewBalance>(body: Body, reference: string): Body {
  return { ...body, meta_data: { ...body.meta_data, [markKey]: reference } };
}

function marked(reference: string) {
  return {
    filters: [{ field: `meta_data.${markKey}`, operator: "eq", value: reference }],
    pageSize: 1,
  } as const;
}

function sighted<Item>([result]: readonly Item[]) {
  return result === undefined ? ({ sight: "absent" } as const) : ({ sight: "done", result } as const);
}
