/**
 * Programs that are right and programs that are wrong, for the compiler to tell apart: `npm run check` refuses this
 * file when a right one is refused, or a wrong one is not. Nothing in here is run.
 */
import { Secret } from "@annex/protocol";
import {
  type ClientOptions,
  type CloudClient,
  type CloudError,
  type CloudErrorCode,
  createClient,
} from "../src/index.ts";

export const right = {
  amounts: (cloud: CloudClient) => [
    cloud.proxy.createTransaction({ ...sides, precise_amount: 1250n }),
    cloud.proxy.createTransaction({ ...sides, amount: "12.50" }),
    cloud.proxy.createTransaction({ ...split, precise_amount: 1250n }),
    cloud.proxy.updateInflight("txn_1", { status: "commit" }),
    cloud.proxy.updateInflight("txn_1", { status: "commit", amount: "1.00" }),
    cloud.proxy.updateInflight("txn_1", { status: "void" }),
    (["commit", "void"] as const).map((status) =>
      cloud.proxy.updateInflight("txn_1", { status, skip_queue: true }),
    ),
  ],
  figures: async (cloud: CloudClient): Promise<bigint> => {
    const balance = await cloud.proxy.getBalance("bln_1");
    const { total } = await cloud.data.transactions.list({ filters: { created_at_gte: new Date(0) } });
    return balance.balance + total;
  },
  filters: (cloud: CloudClient) => [
    cloud.data.balances.list({ filters: { currency_in: ["USD", "EUR"], "meta_data.app.id_eq": "x" } }),
    cloud.filters.balances.find({ filters: [{ field: "currency", operator: "in", values: ["USD"] }] }),
    cloud.filters.balances.find({ filters: [{ field: "identity_id", operator: "isnull" }] }),
  ],
  // Complete: the compiler would miss a code that is not named.
  words(error: CloudError): string {
    const code: CloudErrorCode = error.code;
    switch (code) {
      case "missing_scope":
      case "key_revoked":
      case "key_refused":
        return "access";
      case "instance_unavailable":
      case "rate_limited":
      case "cloud_unreachable":
        return "later";
      case "unexpected_answer":
      case "cloud_refused":
      case "core_refused":
      case "invalid_request":
        return "refused";
      case "outcome_unknown":
      case "effect_changed":
        return "a person";
    }
  },
};

export const wrong = {
  amounts: (cloud: CloudClient) => [
    // @ts-expect-error An amount is never a float.
    cloud.proxy.createTransaction({ ...sides, amount: 12.5 }),
    // @ts-expect-error Minor units are bigint.
    cloud.proxy.createTransaction({ ...sides, precise_amount: 1250 }),
    // @ts-expect-error One of the two, not both.
    cloud.proxy.createTransaction({ ...sides, amount: "12.50", precise_amount: 1250n }),
    // @ts-expect-error Neither of the two.
    cloud.proxy.createTransaction(sides),
    // @ts-expect-error A single source or several, not both.
    cloud.proxy.createTransaction({ ...split, ...sides, precise_amount: 1n, sources: [] }),
    // @ts-expect-error A void is of all that remains.
    cloud.proxy.updateInflight("txn_1", { status: "void", precise_amount: 1n }),
    // @ts-expect-error Without a reference nothing can be looked for.
    cloud.proxy.ensureTransactions([{ ...sides, precise_amount: 1n }]),
  ],
  figures: async (cloud: CloudClient) => {
    const balance = await cloud.proxy.getBalance("bln_1");
    // @ts-expect-error A figure is a bigint and does not mix with numbers.
    return balance.balance * 0.01;
  },
  filters: (cloud: CloudClient) => [
    // @ts-expect-error A list is for `_in`.
    cloud.data.balances.list({ filters: { currency_eq: ["USD"] } }),
    // @ts-expect-error There is no such field.
    cloud.data.balances.list({ filters: { colour_eq: "red" } }),
    // @ts-expect-error `in` takes values.
    cloud.filters.balances.find({ filters: [{ field: "currency", operator: "in", value: "USD" }] }),
  ],
  // @ts-expect-error A key is a Secret, so that it is never printed.
  key: () => createClient({ apiKey: "blnk_key", instanceId: "inst_1" }),
  // @ts-expect-error There is no client without its instance.
  instance: () => createClient({ apiKey: new Secret("blnk_key") }),
  // @ts-expect-error There is no such scope.
  scope: (o: ClientOptions): ClientOptions => ({ ...o, grantedPermissions: ["data:delete"] }),
  // @ts-expect-error There is no such code.
  code: (error: CloudError) => error.code === "TXN_DUPLICATE_REFERENCE",
};

const sides = { currency: "USD", description: "d", source: "@World", destination: "bln_1" } as const;
const split = {
  currency: "USD",
  description: "d",
  source: "@World",
  destinations: [{ identifier: "bln_1", distribution: "left" }],
} as const;
