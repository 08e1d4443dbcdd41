/**
 * Every write of the client: what it needs, how it is made, and how often Cloud has done it. The rows of the tables
 * of effects, whatever the place they are written in and the trouble they meet.
 */
import { randomUUID } from "node:crypto";
import type { CloudClient, Transaction } from "@annex/client";

/** What a write acts upon, made anew for each cell of the table. */
export type Ground = {
  readonly cloud: CloudClient;
  /** Unique in this cell. */
  readonly mark: string;
  readonly ledgerId: string;
  readonly from: string;
  readonly to: string;
  readonly identityId: string;
};

export type Row = {
  readonly name: string;
  /** Prepares what only this write needs; the result is handed on. */
  readonly prepare?: (ground: Ground) => Promise<string>;
  readonly write: (cloud: CloudClient, ground: Ground, prepared: string) => Promise<unknown>;
  /** How often Cloud has done it. */
  readonly count: (ground: Ground, prepared: string) => Promise<number>;
  /** Cloud shows nothing by which it could be told whether it was done. */
  readonly unknowable?: boolean;
};

const posting = ({ from, to, mark }: Ground, fields: object = {}) => ({
  precise_amount: 1000n,
  precision: 100,
  currency: "USD",
  description: mark,
  source: from,
  destination: to,
  allow_overdraft: true,
  skip_queue: true,
  ...fields,
});

/** How often the destination was credited with the amount, once the queue is empty. */
const credits =
  (amount: bigint) =>
  async ({ cloud, to }: Ground) => {
    const balance = await settledBalance(cloud, to);
    return Number(balance.credit_balance / amount);
  };
const holds = async ({ cloud, to }: Ground) =>
  Number((await settledBalance(cloud, to)).inflight_credit_balance / 1000n);

export async function settledBalance(cloud: CloudClient, id: string) {
  for (;;) {
    const balance = await cloud.proxy.getBalance(id, { withQueued: true });
    if ((balance.queued_credit_balance ?? 0n) === 0n && (await isQuiet(cloud, id))) return balance;
    await new Promise((done) => setTimeout(done, 30));
  }
}

/** A queued row whose outcome is not there yet shows that the worker has not come by. */
async function isQuiet(cloud: CloudClient, id: string): Promise<boolean> {
  const rows: Transaction[] = [];
  for await (const row of cloud.data.transactions.iterate({ filters: { balance_id_eq: id } })) rows.push(row);
  const parents = new Set(rows.map((row) => row.parent_transaction));
  return rows.every((row) => row.status !== "QUEUED" || parents.has(row.transaction_id));
}

/** Whether they were posted now or found is not what they are. */
const inShort = (ensured: readonly { readonly reference: string; readonly transaction?: unknown }[] = []) =>
  ensured.map(({ reference, transaction }) => [reference, transaction]);

const hold = async (ground: Ground) =>
  (await ground.cloud.proxy.createTransaction(posting(ground, { inflight: true }) as never)).transaction_id;
const applied = async (ground: Ground) =>
  (await ground.cloud.proxy.createTransaction(posting(ground) as never)).transaction_id;
const split = ({ from, to, mark }: Ground, skipQueue: boolean) => ({
  precise_amount: 1000n,
  precision: 100,
  currency: "USD",
  description: mark,
  source: from,
  destinations: [
    { identifier: to, distribution: "left" },
    { identifier: `@Fee-${mark}`, distribution: "10%" },
  ],
  allow_overdraft: true,
  skip_queue: skipQueue,
});
const rule = ({ mark }: Ground) => ({
  name: mark,
  criteria: [{ field: "reference", operator: "equals" } as const],
});
const external = ({ mark }: Ground, id: string) => ({
  id: `${mark}-${id}`,
  amount: "10.00",
  reference: mark,
  currency: "USD",
  description: "d",
  date: new Date(0),
  source: "Bank",
});
const matchingRule = async (ground: Ground) =>
  (await ground.cloud.proxy.createMatchingRule(rule(ground))).rule_id;

async function countWhere<Item>(items: AsyncIterable<Item>, suits: (item: Item) => boolean): Promise<number> {
  let count = 0;
  for await (const item of items) if (suits(item)) count += 1;
  return count;
}

export const rows: readonly Row[] = [
  {
    name: "a transaction",
    write: (c, g) => c.proxy.createTransaction(posting(g) as never),
    count: credits(1000n),
  },
  {
    name: "a transaction that an earlier run may have made",
    // One that is found is as it is recorded, which says less than the answer to making it.
    write: async (c, g) =>
      (await c.proxy.ensureTransaction(posting(g, { reference: `${g.mark}-ensured` }) as never))
        ?.transaction_id,
    count: credits(1000n),
  },
  {
    name: "transactions that an earlier run may have made",
    write: async (c, g) =>
      inShort(
        await c.proxy.ensureTransactions([
          posting(g, { reference: `${g.mark}-1`, precise_amount: 400n }) as never,
          posting(g, { reference: `${g.mark}-2`, precise_amount: 600n }) as never,
        ]),
      ),
    count: credits(1000n),
  },
  {
    name: "a queued transaction",
    write: (c, g) => c.proxy.createTransaction(posting(g, { skip_queue: false }) as never),
    count: credits(1000n),
  },
  {
    name: "a hold",
    write: (c, g) => c.proxy.createTransaction(posting(g, { inflight: true }) as never),
    count: holds,
  },
  { name: "a split", write: (c, g) => c.proxy.createTransaction(split(g, true)), count: credits(900n) },
  {
    name: "a queued split",
    write: (c, g) => c.proxy.createTransaction(split(g, false)),
    count: credits(900n),
  },
  ...[
    ["a batch", {}],
    ["a queued batch", { skip_queue: false }],
    ["an atomic batch", { atomic: true }],
    ["a batch in the background", { run_async: true }],
  ].map(
    ([name, fields]): Row => ({
      name: name as string,
      write: (c, g) =>
        c.proxy.createBulkTransactions({
          transactions: [posting(g), posting(g), posting(g)] as never,
          skip_queue: true,
          ...(fields as object),
        }),
      count: credits(3000n),
    }),
  ),
  ...[true, false].flatMap((now): Row[] => [
    {
      name: `a partial commit${now ? "" : ", queued"}`,
      prepare: hold,
      write: (c, _g, id) =>
        c.proxy.updateInflight(id, { status: "commit", precise_amount: 300n, skip_queue: now }),
      count: credits(300n),
    },
    {
      name: `a whole commit${now ? "" : ", queued"}`,
      prepare: hold,
      write: (c, _g, id) => c.proxy.updateInflight(id, { status: "commit", skip_queue: now }),
      count: credits(1000n),
    },
    {
      name: `a void${now ? "" : ", queued"}`,
      prepare: hold,
      write: (c, _g, id) => c.proxy.updateInflight(id, { status: "void", skip_queue: now }),
      count: ({ cloud, to }, id) =>
        settledBalance(cloud, to).then(() =>
          countWhere(
            cloud.data.transactions.iterate({ filters: { parent_transaction_eq: id } }),
            ({ status }) => status === "VOID",
          ),
        ),
    },
    {
      name: `a refund${now ? "" : ", queued"}`,
      prepare: applied,
      write: (c, _g, id) => c.proxy.refundTransaction(id, { skip_queue: now }),
      count: async ({ cloud, to, from }) => {
        await settledBalance(cloud, from);
        return Number((await settledBalance(cloud, to)).debit_balance / 1000n);
      },
    },
  ]),
  {
    name: "a ledger",
    write: (c, { mark }) => c.proxy.createLedger({ name: mark, meta_data: { app: 1 } }),
    count: ({ cloud, mark }) =>
      cloud.data.ledgers.list({ filters: { name_eq: mark } }).then(({ total }) => Number(total)),
  },
  {
    name: "a balance",
    write: (c, { ledgerId }) => c.proxy.createBalance({ ledger_id: ledgerId, currency: "GHS" }),
    count: ({ cloud, ledgerId }) =>
      cloud.data.balances
        .list({ filters: { ledger_id_eq: ledgerId, currency_eq: "GHS" } })
        .then(({ total }) => Number(total)),
  },
  {
    name: "an identity",
    write: (c, { mark }) => c.proxy.createIdentity({ first_name: mark }),
    count: ({ cloud, mark }) =>
      cloud.data.identities.list({ filters: { first_name_eq: mark } }).then(({ total }) => Number(total)),
  },
  {
    name: "an identity that an earlier run may have made",
    prepare: async () => `idt_${randomUUID()}`,
    write: async (c, { mark }, id) =>
      (await c.proxy.ensureIdentity({ identity_id: id, first_name: mark }))?.identity_id,
    count: ({ cloud, mark }) =>
      cloud.data.identities.list({ filters: { first_name_eq: mark } }).then(({ total }) => Number(total)),
  },
  {
    name: "a change of an identity",
    write: (c, { identityId, mark }) => c.proxy.updateIdentity(identityId, { city: mark, dob: new Date(0) }),
    count: ({ cloud, identityId, mark }) =>
      cloud.proxy.getIdentity(identityId).then(({ city }) => (city === mark ? 1 : 0)),
  },
  {
    name: "a link",
    write: (c, { to, identityId }) => c.proxy.linkBalanceIdentity(to, identityId),
    count: ({ cloud, to, identityId }) =>
      cloud.proxy.getBalance(to).then((balance) => (balance.identity_id === identityId ? 1 : 0)),
  },
  {
    name: "metadata",
    write: (c, { to, mark }) => c.proxy.updateMetadata(to, { app: { mark, n: 7 } }),
    count: ({ cloud, to, mark }) =>
      cloud.proxy.getBalance(to).then(({ meta_data: data }) => (JSON.stringify(data).includes(mark) ? 1 : 0)),
  },
  {
    name: "the tokenization of fields",
    write: (c, { identityId }) => c.proxy.tokenizeFields(identityId, ["FirstName", "LastName"]),
    count: ({ cloud, identityId }) =>
      cloud.proxy
        .detokenizeFields(identityId, ["FirstName", "LastName"])
        .then((clear) => (clear["FirstName"] === "Ama" && clear["LastName"] === "Mensah" ? 1 : 0)),
  },
  {
    name: "the tokenization of a field",
    write: (c, { identityId }) => c.proxy.tokenizeField(identityId, "FirstName"),
    count: ({ cloud, identityId }) => cloud.proxy.getTokenizedFields(identityId).then(({ length }) => length),
  },
  {
    name: "an upload",
    write: (c, { mark }) =>
      c.proxy.uploadExternalTransactions(
        {
          name: "bank.csv",
          content: `id,amount,reference,currency,description,date\n${mark},1,r,USD,d,2026-01-01T00:00:00Z\n`,
        },
        mark,
      ),
    count: ({ cloud, mark }) =>
      countWhere(cloud.data.externalTransactions.iterate(), ({ source }) => source === mark),
    unknowable: true,
  },
  {
    name: "a reconciliation",
    prepare: matchingRule,
    write: (c, { mark }, ruleId) =>
      c.proxy.startReconciliation({
        upload_id: `upload_${mark}`,
        strategy: "one_to_one",
        matching_rule_ids: [ruleId],
      }),
    count: ({ cloud, mark }) =>
      countWhere(cloud.data.reconciliations.iterate(), ({ upload_id: id }) => id === `upload_${mark}`),
  },
  {
    name: "an instant reconciliation",
    prepare: matchingRule,
    write: (c, g, ruleId) =>
      c.proxy.startInstantReconciliation({
        strategy: "one_to_one",
        matching_rule_ids: [ruleId],
        external_transactions: [external(g, "1"), external(g, "2")],
      }),
    count: async (g) => {
      const { upload_id: uploadId } = await g.cloud.data.externalTransactions.get(external(g, "1").id);
      return countWhere(g.cloud.data.reconciliations.iterate(), ({ upload_id: id }) => id === uploadId);
    },
  },
  {
    name: "a matching rule",
    write: (c, g) => c.proxy.createMatchingRule(rule(g)),
    count: ({ cloud, mark }) => countWhere(cloud.data.matchingRules.iterate(), ({ name }) => name === mark),
  },
  {
    name: "a change of a matching rule",
    prepare: matchingRule,
    write: (c, g, id) => c.proxy.updateMatchingRule(id, { ...rule(g), description: "changed" }),
    count: ({ cloud }, id) =>
      cloud.data.matchingRules.get(id).then(({ description }) => (description === "changed" ? 1 : 0)),
  },
  {
    name: "the removal of a matching rule",
    prepare: matchingRule,
    write: (c, _g, id) => c.proxy.deleteMatchingRule(id),
    count: ({ cloud }, id) =>
      countWhere(cloud.data.matchingRules.iterate(), ({ rule_id: found }) => found === id).then((n) => 1 - n),
  },
  {
    name: "an alert",
    write: (c, { to, mark }) => c.alerts.flag(to, { title: mark, description: "Too large." }),
    count: async ({ cloud, mark }) =>
      (await cloud.alerts.list({ pageSize: 200 })).data.filter(({ title }) => title === mark).length,
  },
  {
    name: "a change of an alert",
    prepare: async ({ cloud, to, mark }) =>
      (await cloud.alerts.flag(to, { title: mark, description: "d" })).anomaly_id,
    write: (c, _g, id) => c.alerts.update(id, { status: "RESOLVED" }),
    count: ({ cloud }, id) => cloud.alerts.get(id).then(({ status }) => (status === "RESOLVED" ? 1 : 0)),
  },
];

let grounds = 0;

/** A ledger, two balances and an identity of their own for one cell. */
export async function prepareGround(cloud: CloudClient): Promise<Ground> {
  grounds += 1;
  const mark = `cell-${process.pid}-${grounds}`;
  const { ledger_id: ledgerId } = await cloud.proxy.createLedger({ name: `Ledger of ${mark}` });
  const balance = () => cloud.proxy.createBalance({ ledger_id: ledgerId, currency: "USD" });
  const [from, to] = [(await balance()).balance_id, (await balance()).balance_id];
  const identity = await cloud.proxy.createIdentity({ first_name: "Ama", last_name: "Mensah" });
  return { cloud, mark, ledgerId, from, to, identityId: identity.identity_id };
}
