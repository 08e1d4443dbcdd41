import { parseExactJson, type Scope, Secret } from "@annex/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CloudClient, CloudError, createClient, InvalidRequest, MissingScope } from "./index.ts";
import { answer, coreTransaction, startTestServer } from "./test-server.ts";

const balance = {
  balance_id: "bln_1",
  balance: 5,
  credit_balance: 10,
  debit_balance: 5,
  inflight_balance: 0,
  inflight_credit_balance: 0,
  inflight_debit_balance: 0,
  ledger_id: "ldg_1",
  currency: "USD",
  created_at: "2026-11-24T00:00:00Z",
  meta_data: { amount: 1.5 },
};
const identity = { identity_id: "idt_1", created_at: "2026-11-24T00:00:00Z" };
const ledger = { ledger_id: "ldg_1", name: "Main", created_at: "2026-11-24T00:00:00Z", meta_data: null };
const rule = { rule_id: "rule_1", name: "r", criteria: [], created_at: "…", updated_at: "…" };
const recon = {
  reconciliation_id: "recon_1",
  upload_id: "upload_1",
  status: "completed",
  matched_transactions: 1,
  unmatched_transactions: 0,
  started_at: "…",
};
const external = { id: "1", amount: 1.5, reference: "r", currency: "USD", date: "…", source: "Bank" };
const alert = { anomaly_id: "ano_1", title: "t", description: "d", status: "FLAGGED" };
const transaction = coreTransaction();
const page = (record: unknown) => ({ data: [record], total: 1 });
const newTransaction = {
  precise_amount: 1250n,
  currency: "USD",
  reference: "ref_1",
  description: "Charge ch_1",
  source: "@World",
  destination: "bln_destination",
} as const;

type Row = readonly [
  name: string,
  call: (cloud: CloudClient) => Promise<unknown>,
  reply: unknown,
  wire: string,
  scope: Scope,
];

/** Every endpoint of contract section 8: what is called, what Cloud answers, what stands on the wire. */
const rows: readonly Row[] = [
  ["ledgers", (c) => c.data.ledgers.list(), page(ledger), "GET /data/ledgers", "data:read"],
  ["one ledger", (c) => c.data.ledgers.get("ldg_1"), ledger, "GET /data/ledgers/ldg_1", "data:read"],
  ["balances", (c) => c.data.balances.list(), page(balance), "GET /data/balances", "data:read"],
  [
    "transactions",
    (c) => c.data.transactions.list(),
    page(transaction),
    "GET /data/transactions",
    "data:read",
  ],
  ["identities", (c) => c.data.identities.list(), page(identity), "GET /data/identities", "data:read"],
  ["runs", (c) => c.data.reconciliations.list(), page(recon), "GET /data/reconciliations", "data:read"],
  ["rules", (c) => c.data.matchingRules.list(), page(rule), "GET /data/matching-rules", "data:read"],
  [
    "external transactions",
    (c) => c.data.externalTransactions.list(),
    page(external),
    "GET /data/external-transactions",
    "data:read",
  ],
  ["filter ledgers", (c) => c.filters.ledgers.find(), page(ledger), "POST /ledger/filter", "data:read"],
  ["filter balances", (c) => c.filters.balances.find(), page(balance), "POST /balances/filter", "data:read"],
  [
    "filter transactions",
    (c) => c.filters.transactions.find(),
    page(transaction),
    "POST /transactions/filter",
    "data:read",
  ],
  [
    "filter identities",
    (c) => c.filters.identities.find(),
    page(identity),
    "POST /identities/filter",
    "data:read",
  ],
  [
    "filter runs",
    (c) => c.filters.reconciliations.find(),
    page(recon),
    "POST /reconciliation/filter",
    "data:read",
  ],
  ["new ledger", (c) => c.proxy.createLedger({ name: "Main" }), ledger, "POST /proxy/ledgers", "data:write"],
  ["core ledger", (c) => c.proxy.getLedger("ldg_1"), ledger, "GET /proxy/ledgers/ldg_1", "data:read"],
  ["core ledgers", (c) => c.proxy.listLedgers(), [ledger], "GET /proxy/ledgers", "data:read"],
  [
    "new balance",
    (c) => c.proxy.createBalance({ ledger_id: "ldg_1", currency: "USD" }),
    balance,
    "POST /proxy/balances",
    "data:write",
  ],
  ["core balance", (c) => c.proxy.getBalance("bln_1"), balance, "GET /proxy/balances/bln_1", "data:read"],
  ["no balances", (c) => c.proxy.listBalances(), null, "GET /proxy/balances", "data:read"],
  [
    "internal balance",
    (c) => c.proxy.getBalanceByIndicator("@World", "USD"),
    balance,
    "GET /proxy/balances/indicator/%40World/currency/USD",
    "data:read",
  ],
  [
    "balance at a time",
    (c) => c.proxy.getBalanceAt("bln_1", new Date(0)),
    { balance, from_source: false, timestamp: "1970-01-01T00:00:00Z" },
    "GET /proxy/balances/bln_1/at",
    "data:read",
  ],
  [
    "balance lineage",
    (c) => c.proxy.getBalanceLineage("bln_1"),
    { balance_id: "bln_1", total_with_lineage: 1, aggregate_balance_id: "", providers: [] },
    "GET /proxy/balances/bln_1/lineage",
    "data:read",
  ],
  [
    "link identity",
    (c) => c.proxy.linkBalanceIdentity("bln_1", "idt_1"),
    { message: "…" },
    "PUT /proxy/balances/bln_1/identity",
    "data:write",
  ],
  [
    "new transaction",
    (c) => c.proxy.createTransaction(newTransaction),
    transaction,
    "POST /proxy/transactions",
    "data:write",
  ],
  [
    "bulk",
    (c) => c.proxy.createBulkTransactions({ transactions: [newTransaction] }),
    { batch_id: "bulk_1", status: "applied", transaction_count: 1 },
    "POST /proxy/transactions/bulk",
    "data:write",
  ],
  [
    "commit",
    (c) => c.proxy.updateInflight("txn_1", { status: "commit", precise_amount: 1n }),
    transaction,
    "PUT /proxy/transactions/inflight/txn_1",
    "data:write",
  ],
  [
    "refund",
    (c) => c.proxy.refundTransaction("txn_1"),
    transaction,
    "POST /proxy/refund-transaction/txn_1",
    "data:write",
  ],
  [
    "core transaction",
    (c) => c.proxy.getTransaction("txn_1"),
    transaction,
    "GET /proxy/transactions/txn_1",
    "data:read",
  ],
  [
    "by reference",
    (c) => c.proxy.getTransactionByReference("a b"),
    transaction,
    "GET /proxy/transactions/reference/a%20b",
    "data:read",
  ],
  [
    "core transactions",
    (c) => c.proxy.listTransactions(),
    [transaction],
    "GET /proxy/transactions",
    "data:read",
  ],
  [
    "transaction lineage",
    (c) => c.proxy.getTransactionLineage("txn_1"),
    { transaction_id: "txn_1", shadow_transactions: null },
    "GET /proxy/transactions/txn_1/lineage",
    "data:read",
  ],
  ["new identity", (c) => c.proxy.createIdentity({}), identity, "POST /proxy/identities", "data:write"],
  [
    "core identity",
    (c) => c.proxy.getIdentity("idt_1"),
    identity,
    "GET /proxy/identities/idt_1",
    "data:read",
  ],
  ["core identities", (c) => c.proxy.listIdentities(), [identity], "GET /proxy/identities", "data:read"],
  [
    "change identity",
    (c) => c.proxy.updateIdentity("idt_1", { city: "Accra" }),
    { message: "…" },
    "PUT /proxy/identities/idt_1",
    "data:write",
  ],
  [
    "tokenize",
    (c) => c.proxy.tokenizeFields("idt_1", ["FirstName"]),
    { message: "…" },
    "POST /proxy/identities/idt_1/tokenize",
    "data:write",
  ],
  [
    "tokenize one",
    (c) => c.proxy.tokenizeField("idt_1", "FirstName"),
    { message: "…" },
    "POST /proxy/identities/idt_1/tokenize/FirstName",
    "data:write",
  ],
  [
    "detokenize",
    (c) => c.proxy.detokenizeFields("idt_1", []),
    { fields: { FirstName: "Ama" } },
    "POST /proxy/identities/idt_1/detokenize",
    "data:write",
  ],
  [
    "detokenize one",
    (c) => c.proxy.detokenizeField("idt_1", "FirstName"),
    { field: "FirstName", value: "Ama" },
    "GET /proxy/identities/idt_1/detokenize/FirstName",
    "data:read",
  ],
  [
    "tokenized fields",
    (c) => c.proxy.getTokenizedFields("idt_1"),
    { tokenized_fields: [] },
    "GET /proxy/identities/idt_1/tokenized-fields",
    "data:read",
  ],
  [
    "metadata",
    (c) => c.proxy.updateMetadata("bln_1", { app: { a: 1 } }),
    { meta_data: {} },
    "POST /proxy/bln_1/metadata",
    "data:write",
  ],
  [
    "upload",
    (c) => c.proxy.uploadExternalTransactions({ name: "bank.csv", content: "id\n" }, "Bank"),
    { record_count: 0, source: "Bank", upload_id: "upload_1" },
    "POST /proxy/reconciliation/upload",
    "data:write",
  ],
  [
    "start",
    (c) =>
      c.proxy.startReconciliation({ upload_id: "u", strategy: "one_to_one", matching_rule_ids: ["rule_1"] }),
    { reconciliation_id: "recon_1" },
    "POST /proxy/reconciliation/start",
    "data:write",
  ],
  [
    "start instantly",
    (c) =>
      c.proxy.startInstantReconciliation({
        strategy: "one_to_one",
        matching_rule_ids: ["rule_1"],
        external_transactions: [{ ...external, amount: "-1.50", date: new Date(0) }],
      }),
    { reconciliation_id: "recon_1" },
    "POST /proxy/reconciliation/start-instant",
    "data:write",
  ],
  [
    "run",
    (c) => c.proxy.getReconciliation("recon_1"),
    recon,
    "GET /proxy/reconciliation/recon_1",
    "data:read",
  ],
  [
    "new rule",
    (c) => c.proxy.createMatchingRule({ name: "r", criteria: [] }),
    rule,
    "POST /proxy/reconciliation/matching-rules",
    "data:write",
  ],
  [
    "change rule",
    (c) => c.proxy.updateMatchingRule("rule_1", { name: "r", criteria: [] }),
    rule,
    "PUT /proxy/reconciliation/matching-rules/rule_1",
    "data:write",
  ],
  [
    "delete rule",
    (c) => c.proxy.deleteMatchingRule("rule_1"),
    { message: "…" },
    "DELETE /proxy/reconciliation/matching-rules/rule_1",
    "data:write",
  ],
  ["alerts", (c) => c.alerts.list(), page(alert), "GET /alerts", "alerts:read"],
  ["one alert", (c) => c.alerts.get("ano_1"), alert, "GET /alerts/ano_1", "alerts:read"],
  [
    "statuses",
    (c) => c.alerts.statuses(),
    { data: [], allowed_colours: [] },
    "GET /alerts/statuses",
    "alerts:read",
  ],
  [
    "flag",
    (c) => c.alerts.flag("txn_1", { description: "d" }),
    alert,
    "POST /alerts/flag/txn_1",
    "alerts:write",
  ],
  [
    "resolve",
    (c) => c.alerts.update("ano_1", { status: "RESOLVED" }),
    alert,
    "PUT /alerts/flag/ano_1",
    "alerts:write",
  ],
];

describe("every endpoint", () => {
  test.each(rows)("%s", async (_name, call, reply, wire, scope) => {
    await using server = await startTestServer(answer(200, reply));
    await call(server.client({ grantedPermissions: [scope] }));
    const [request] = server.requests;
    expect(`${request?.method} ${request?.path}`).toBe(wire);
    expect(request?.query.getAll("instance_id")).toEqual(["inst_1"]);
    expect(request?.headers.authorization).toMatch(/^Bearer blnk_/);

    const refused = await call(server.client({ grantedPermissions: [] })).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(MissingScope);
    expect((refused as MissingScope).requiredScope).toBe(scope);
    expect(server.requests).toHaveLength(1);
  });
});

describe("queries", () => {
  test("filters, pages and metadata paths stand in the query as the contract spells them", async () => {
    await using server = await startTestServer(answer(200, page(transaction)));
    await server.client().data.transactions.list({
      page: 2,
      pageSize: 50,
      filters: {
        status_in: ["APPLIED", "INFLIGHT"],
        created_at_between: [new Date(0), "2026-01-01"],
        amount_gte: 10n,
        "meta_data.stripe.id_eq": "ch_1",
      },
    });
    expect(Object.fromEntries(server.requests[0]?.query ?? [])).toEqual({
      page: "2",
      pageSize: "50",
      status_in: "APPLIED,INFLIGHT",
      created_at_between: "1970-01-01T00:00:00.000Z|2026-01-01",
      amount_gte: "10",
      "meta_data.stripe.id_eq": "ch_1",
      instance_id: "inst_1",
    });
  });

  test("no filter can name another instance", async () => {
    await using server = await startTestServer(answer(200, page(ledger)));
    const foreign = { instance_id: "inst_2" } as unknown as Record<string, never>;
    await server.client().data.ledgers.list({ filters: foreign });
    expect(server.requests[0]?.query.getAll("instance_id")).toEqual(["inst_1"]);
  });

  test.each([
    ["an id of dots", (c: CloudClient) => c.data.ledgers.get("..")],
    ["an empty id", (c: CloudClient) => c.proxy.getBalance("")],
    ["a page of 201", (c: CloudClient) => c.data.ledgers.list({ pageSize: 201 })],
    ["a separator in a value", (c: CloudClient) => c.data.ledgers.list({ filters: { name_in: ["a,b"] } })],
    ["an amount with an exponent", (c: CloudClient) => c.proxy.createTransaction(withAmount("1e3"))],
    ["a negative amount", (c: CloudClient) => c.proxy.createTransaction(withAmount("-1"))],
  ])("%s is never sent", async (_name, call) => {
    await using server = await startTestServer(answer(200, {}));
    const attempt = async () => await call(server.client());
    await expect(attempt()).rejects.toBeInstanceOf(InvalidRequest);
    expect(server.requests).toEqual([]);
  });
});

test("what is looked for in several parts is asked for at once", async () => {
  // The first part is answered when the second one has been asked for.
  const waiting: (() => void)[] = [];
  await using server = await startTestServer((request, response) => {
    const { filters } = JSON.parse(request.body) as { filters: readonly { values: readonly string[] }[] };
    const rows =
      filters[0]?.values.map((reference) => ({ ...transaction, transaction_id: reference, reference })) ?? [];
    waiting.push(() => answer(200, { data: rows, total: rows.length })(request, response));
    if (waiting.length === 2) for (const go of waiting) go();
  });
  const wanted = Array.from({ length: 300 }, (_each, index) => ({
    ...newTransaction,
    reference: `ref_${index}`,
  }));
  const ensured = await server.client().proxy.ensureTransactions(wanted);
  expect(ensured.map(({ reference, outcome }) => [reference, outcome])).toEqual(
    wanted.map(({ reference }) => [reference, "found"]),
  );
});

function withAmount(amount: string) {
  return { amount, currency: "USD", description: "d", source: "a", destination: "b" };
}

describe("exact figures", () => {
  test("digits beyond 2^53 arrive as they were sent", async () => {
    const digits = "900719925474099312345678901234567890";
    const body = JSON.stringify(page({ ...balance, balance: 0 })).replace(
      '"balance":0',
      `"balance":${digits}`,
    );
    await using server = await startTestServer(answer(200, body));
    const { data } = await server.client().data.balances.list();
    expect(data[0]?.balance).toBe(BigInt(digits));
    expect(data[0]?.credit_balance).toBe(10n);
  });

  test("any amount goes out and comes back digit by digit", async () => {
    await using server = await startTestServer((request, response) => {
      const sent = parseExactJson(request.body) as { precise_amount: bigint | number };
      const body = JSON.stringify(coreTransaction({ precise_amount: 0 }));
      answer(201, body.replace('"precise_amount":0', `"precise_amount":${sent.precise_amount}`))(
        request,
        response,
      );
    });
    const cloud = server.client();
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: 0n, max: 10n ** 40n }), async (amount) => {
        const created = await cloud.proxy.createTransaction({ ...newTransaction, precise_amount: amount });
        expect(created.precise_amount).toBe(amount);
        expect(server.requests.at(-1)?.body).toContain(`"precise_amount":${amount}`);
      }),
      { numRuns: 50 },
    );
  });

  test("decimal text is written with exactly its digits, and read without an exponent", async () => {
    await using server = await startTestServer(answer(201, coreTransaction({ amount: 1.5e-7 })));
    const { precise_amount: _left, ...rest } = newTransaction;
    const created = await server.client().proxy.createTransaction({ ...rest, amount: "1234567890123.10" });
    expect(server.requests[0]?.body).toContain('"amount":1234567890123.10}');
    expect(created.amount).toBe("0.00000015");
  });

  test("numbers in metadata keep their kind", async () => {
    await using server = await startTestServer(answer(200, balance));
    const { meta_data: metadata } = await server.client().proxy.getBalance("bln_1");
    expect(metadata).toEqual({ amount: 1.5 });
  });
});

describe("options", () => {
  test.each(["ftp://cloud", "https://user:pass@cloud", "https://cloud?x=1", "nonsense"])(
    "%s is no base URL",
    (baseUrl) => {
      const make = () => createClient({ baseUrl, apiKey: new Secret("blnk_x"), instanceId: "inst_1" });
      expect(make).toThrow(InvalidRequest);
    },
  );

  test("errors of the family share their base", () => {
    expect(new MissingScope("data:read")).toBeInstanceOf(CloudError);
  });
});
