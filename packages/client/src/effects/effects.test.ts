import { describe, expect, test } from "vitest";
import {
  CloudUnreachable,
  CoreError,
  createCloudClock,
  createMemoryScope,
  EffectChanged,
  type EffectScope,
  OutcomeUnknown,
} from "../index.ts";
import {
  answer,
  coreRefusal,
  coreTransaction,
  hangUp,
  startTestServer,
  type TestServer,
} from "../test-server.ts";

const payout = {
  precise_amount: 1250n,
  currency: "USD",
  description: "Payout po_1",
  source: "@World",
  destination: "bln_destination",
  skip_queue: true,
} as const;
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );
const nothing = answer(200, { data: [], total: 0 });
const created = answer(201, coreTransaction());
/** One try each, so that a lost answer is not mended by the transport already. */
const once = { retry: { attempts: 1 } } as const;
const paths = (server: TestServer) => server.requests.map(({ method, path }) => `${method} ${path}`);
const bodyOf = (server: TestServer, index: number) => JSON.parse(server.requests[index]?.body ?? "null");
const found = (fields: Record<string, unknown>) =>
  answer(200, { data: [coreTransaction({ description: payout.description, ...fields })], total: 1 });

describe("a step that is executed again", () => {
  test("does not send what it knows to be done, and gives the same result, figures exact", async () => {
    await using server = await startTestServer(created);
    const scope = createMemoryScope("instapp_1/run_1/pay");
    const first = await server.client({ effects: scope }).proxy.createTransaction(payout);
    const second = await server.client({ effects: scope }).proxy.createTransaction(payout);
    expect(second).toEqual(first);
    expect(second.precise_amount).toBe(1250n);
    expect(server.requests).toHaveLength(1);
    expect(scope.open()).toEqual([]);
  });

  // A person had said that it was done; Cloud did not show it, and it was sent again, or asked about for ever.
  test("never sends again what a person saw done, and goes on where Cloud shows it", async () => {
    const absent = answer(404, coreRefusal("GEN_NOT_FOUND", "not found"));
    await using server = await startTestServer(absent, hangUp);
    const scope = createMemoryScope("instapp_1/run_1/bank");
    const upload = (at: TestServer) =>
      at
        .client({ effects: scope, ...once })
        .proxy.uploadExternalTransactions(
          { name: "bank.csv", content: "date,ID\n2026-01-01,ext_1\n" },
          "bank",
        );
    expect(await failure(upload(server))).toBeInstanceOf(OutcomeUnknown);
    scope.answer("upload#0", "done");

    await using lagging = await startTestServer(absent, absent);
    expect(await failure(upload(lagging))).toBeInstanceOf(OutcomeUnknown);
    expect(new Set(paths(lagging))).toEqual(new Set(["GET /data/external-transactions/ext_1"]));

    const row = {
      id: "ext_1",
      amount: "1",
      reference: "r",
      currency: "USD",
      date: "d",
      source: "bank",
      upload_id: "upl_1",
    };
    await using later = await startTestServer(
      answer(200, row),
      answer(200, row),
      // Asked for the rows of this upload alone; a Cloud without such a filter is asked for all.
      answer(400, { error: "There is no such filter.", code: "invalid_filter" }),
      answer(200, { data: [row, { ...row, id: "ext_2", upload_id: "upl_2" }], total: 2 }),
    );
    expect(await upload(later)).toMatchObject({ upload_id: "upl_1", record_count: 1n });
    expect(later.requests.map(({ query }) => query.get("upload_id_eq"))).toContain("upl_1");
    expect(paths(later).some((path) => path.startsWith("POST /reconciliation"))).toBe(false);
  });

  test("never sends a refund again that a person saw done", async () => {
    await using server = await startTestServer(nothing, hangUp);
    const scope = createMemoryScope("instapp_1/run_1/refund");
    const refund = (at: TestServer) =>
      at.client({ effects: scope, ...once }).proxy.refundTransaction("txn_1");
    await failure(refund(server));
    const [open] = scope.open();
    expect(open?.kind).toBe("refund");
    scope.answer(open?.id ?? "", "done");
    await using later = await startTestServer(...Array.from({ length: 8 }, () => nothing));
    const error = await failure(refund(later));
    expect(error).toBeInstanceOf(OutcomeUnknown);
    expect((error as OutcomeUnknown).whatHappened).toContain("does not show it");
    expect(scope.open().map(({ id }) => id)).toEqual([open?.id]);
    expect(paths(later).filter((path) => path.includes("refund"))).toEqual([]);
  });

  // Core takes no id twice: an upload that holds one that was there already stored nothing.
  test.each([
    ["whose first row was there before", "upl_1", "bank"],
    ["whose first row came from elsewhere", undefined, "other"],
  ])("does not take an upload for another, %s", async (_what, uploadBefore, source) => {
    const row = { id: "ext_1", amount: "1", reference: "r", currency: "USD", date: "d", source };
    const shown = answer(200, { ...row, upload_id: "upl_1" });
    const absent = answer(404, coreRefusal("GEN_NOT_FOUND", "not found"));
    await using server = await startTestServer(uploadBefore === undefined ? absent : shown, hangUp);
    const scope = createMemoryScope("instapp_1/run_1/bank");
    const file = { name: "bank.csv", content: "id\next_1\n" };
    const upload = (at: TestServer) =>
      at.client({ effects: scope, ...once }).proxy.uploadExternalTransactions(file, "bank");
    expect(await failure(upload(server))).toBeInstanceOf(OutcomeUnknown);
    scope.answer("upload#0", "done");
    await using later = await startTestServer(shown, shown, answer(200, { data: [], total: 0 }));
    expect(await failure(upload(later))).toBeInstanceOf(OutcomeUnknown);
  });

  // What a person saw done, and somebody changed since, was set back.
  test("does not send a change again that a person saw done", async () => {
    const alert = { anomaly_id: "ano_1", title: "t", description: "d", status: "FLAGGED" };
    await using server = await startTestServer((request, response) =>
      (request.method === "GET" ? answer(200, alert) : hangUp)(request, response),
    );
    const scope = createMemoryScope("instapp_1/run_1/close");
    const close = (at: TestServer) =>
      at.client({ effects: scope, ...once }).alerts.update("ano_1", { status: "RESOLVED" });
    await failure(close(server));
    scope.answer(scope.open()[0]?.id ?? "", "done");
    await using later = await startTestServer(answer(200, alert));
    expect(await close(later)).toMatchObject({ status: "FLAGGED" });
    expect(paths(later).map((path) => path.split(" ")[0])).toEqual(["GET"]);
  });

  // Four lost answers and a retry of the job made two references for one step, and two payments.
  test("sends the same reference, once the look shows that nothing came of the first", async () => {
    await using server = await startTestServer(hangUp, hangUp, created);
    const scope = createMemoryScope("instapp_1/run_1/pay");
    const error = await failure(server.client({ effects: scope, ...once }).proxy.createTransaction(payout));
    expect(error).toMatchObject({ code: "cloud_unreachable", outcome: "unknown" });
    expect(scope.open().map(({ id }) => id)).toEqual(["transaction#0"]);

    await using later = await startTestServer(nothing, nothing, nothing, created);
    await later.client({ effects: scope, ...once }).proxy.createTransaction(payout);
    expect(bodyOf(later, 3).reference).toBe(bodyOf(server, 0).reference);
  });

  test("does not send again what the look finds", async () => {
    await using server = await startTestServer(hangUp);
    const scope = createMemoryScope("instapp_1/run_1/pay");
    await failure(server.client({ effects: scope, ...once }).proxy.createTransaction(payout));
    const { reference } = bodyOf(server, 0);

    await using later = await startTestServer(found({ reference, transaction_id: "txn_first" }));
    const paid = await later.client({ effects: scope }).proxy.createTransaction(payout);
    expect(paid.transaction_id).toBe("txn_first");
    expect(paths(later)).toEqual(["POST /transactions/filter"]);
  });

  test("takes its own reference's being taken for done, though nothing is noted any more", async () => {
    const duplicate = answer(409, coreRefusal("TXN_DUPLICATE_REFERENCE", "reference has already been used"));
    await using server = await startTestServer(duplicate, (request, response) => {
      const reference = JSON.parse(request.body).filters[0].values[0];
      found({ reference, transaction_id: "txn_first" })(request, response);
    });
    const scope = createMemoryScope("instapp_1/run_1/pay");
    const paid = await server.client({ effects: scope }).proxy.createTransaction(payout);
    expect(paid.transaction_id).toBe("txn_first");
  });

  test("sends again what was refused: the money may be there by now", async () => {
    const refused = answer(400, coreRefusal("TXN_INSUFFICIENT_FUNDS", "insufficient funds"));
    await using server = await startTestServer(refused, created);
    const scope = createMemoryScope("instapp_1/run_1/pay");
    expect(await failure(server.client({ effects: scope }).proxy.createTransaction(payout))).toBeInstanceOf(
      CoreError,
    );
    await server.client({ effects: scope }).proxy.createTransaction(payout);
    expect(server.requests).toHaveLength(2);
  });

  test("is stopped when it asks for something else at the same place", async () => {
    await using server = await startTestServer(created);
    const scope = createMemoryScope("instapp_1/run_1/pay");
    await server.client({ effects: scope }).proxy.createTransaction(payout);
    const other = { ...payout, precise_amount: 1251n };
    const error = await failure(server.client({ effects: scope }).proxy.createTransaction(other));
    expect(error).toBeInstanceOf(EffectChanged);
    expect(error).toMatchObject({ outcome: "not-sent", effectId: "transaction#0" });
    expect(server.requests).toHaveLength(1);
  });

  test("may name the moment: dates do not make it something else", async () => {
    await using server = await startTestServer(created);
    const scope = createMemoryScope("instapp_1/run_1/pay");
    for (const time of [1, 2]) {
      const cloud = server.client({ effects: scope });
      await cloud.proxy.createTransaction({ ...payout, effective_date: new Date(time) });
    }
    expect(server.requests).toHaveLength(1);
  });

  test("gives calls made side by side a reference each, the same ones each time", async () => {
    const references: string[][] = [];
    for (const _execution of [1, 2]) {
      await using server = await startTestServer(created);
      const { proxy } = server.client({ effects: createMemoryScope("instapp_1/run_1/pay") });
      await Promise.all([1n, 2n, 3n].map((n) => proxy.createTransaction({ ...payout, precise_amount: n })));
      const sent = server.requests.map(({ body }) => JSON.parse(body));
      sent.sort((one, other) => one.precise_amount - other.precise_amount);
      references.push(sent.map(({ reference }) => reference));
    }
    expect(new Set(references[0]).size).toBe(3);
    expect(references[1]).toEqual(references[0]);
  });

  test("of another run has other references; an author's own is left alone", async () => {
    await using server = await startTestServer(created);
    for (const key of ["run_1", "run_2"])
      await server.client({ effects: createMemoryScope(key) }).proxy.createTransaction(payout);
    const own = { ...payout, reference: "po_1" };
    await server.client({ effects: createMemoryScope("run_3") }).proxy.createTransaction(own);
    const references = [0, 1, 2].map((index) => bodyOf(server, index).reference);
    expect(new Set(references).size).toBe(3);
    expect(references[2]).toBe("po_1");
  });
});

describe("a write that carries nothing of the caller's", () => {
  const commit = { status: "commit", precise_amount: 500n, skip_queue: true } as const;
  const hold = coreTransaction({ transaction_id: "txn_hold", status: "INFLIGHT" });
  const part = coreTransaction({
    transaction_id: "txn_part",
    parent_transaction: "txn_hold",
    precise_amount: 500,
    reference: "ref_commit",
  });
  /** Answers look-ups by what is recorded below the hold, and the commit as the test says. */
  const withRows = (rows: readonly unknown[], onCommit = hangUp) =>
    startTestServer((request, response) => {
      if (request.method === "PUT") return onCommit(request, response);
      const { field } = JSON.parse(request.body).filters[0];
      const below = request.body.includes("txn_hold") ? rows : [];
      const data = field === "transaction_id" ? [hold] : below;
      answer(200, { data, total: data.length })(request, response);
    });
  const commits = (server: TestServer) => server.requests.filter(({ method }) => method === "PUT").length;

  // A partial commit whose answer was lost was sent twice.
  test("is looked for before it is sent again", async () => {
    const scope = createMemoryScope("instapp_1/run_1/capture");
    await using server = await withRows([]);
    const lost = await failure(
      server.client({ effects: scope, ...once }).proxy.updateInflight("txn_hold", commit),
    );
    expect(lost).toBeInstanceOf(CloudUnreachable);

    await using later = await withRows([part]);
    const done = await later.client({ effects: scope }).proxy.updateInflight("txn_hold", commit);
    expect([done.transaction_id, commits(later)]).toEqual(["txn_part", 0]);
  });

  test("is not taken for an equal one that was there before", async () => {
    const scope = createMemoryScope("instapp_1/run_1/capture");
    await using server = await withRows([part]);
    await failure(server.client({ effects: scope, ...once }).proxy.updateInflight("txn_hold", commit));
    await using later = await withRows([part], answer(200, part));
    await later.client({ effects: scope }).proxy.updateInflight("txn_hold", commit);
    expect(commits(later)).toBe(1);
  });

  test("stops as unknown where nothing may be read, and goes on when a person says what he saw", async () => {
    const scope = createMemoryScope("instapp_1/run_1/capture");
    const blind = { effects: scope, ...once, grantedPermissions: ["data:write"] } as const;
    await using server = await startTestServer(hangUp, answer(200, part));
    const error = await failure(server.client(blind).proxy.updateInflight("txn_hold", commit));
    expect(error).toBeInstanceOf(OutcomeUnknown);
    expect(error).toMatchObject({ code: "outcome_unknown", outcome: "unknown", state: "outcome_unknown" });
    expect((error as OutcomeUnknown).whatToDo).toContain("txn_hold");
    expect(await failure(server.client(blind).proxy.updateInflight("txn_hold", commit))).toBeInstanceOf(
      OutcomeUnknown,
    );
    expect(commits(server)).toBe(1);

    scope.answer((error as OutcomeUnknown).effectId, "not-done");
    await server.client(blind).proxy.updateInflight("txn_hold", commit);
    expect(commits(server)).toBe(2);
  });
});

describe("a flag whose answer was lost is known by Cloud's clock, whatever the clock here says", () => {
  const day = 24 * 3_600_000;
  const flag = { title: "Low", description: "Below the line." };
  const made = (daysAgo: number, anomaly_id: string) => ({
    ...flag,
    anomaly_id,
    type: "Balance",
    status: "FLAGGED",
    created_at: new Date(Date.now() - daysAgo * day).toISOString(),
    affected_balances: ["bln_1"],
  });
  const withAlerts = (alerts: readonly object[], flagged: Parameters<typeof startTestServer>[0]) =>
    startTestServer((request, response) => {
      if (request.method === "POST") return flagged(request, response);
      answer(200, { data: alerts, total: alerts.length })(request, response);
    });
  const flags = (server: TestServer) => server.requests.filter(({ method }) => method === "POST").length;
  const at = (days: number) => ({ clock: () => new Date(Date.now() + days * day) });

  // A clock that was a day ahead took its own alert for an older one, and flagged the balance a second time.
  test.each([
    ["a day ahead", 1, 1],
    ["a year ahead", 365, 365],
    ["a year behind", -365, -365],
    ["right", 0, 0],
    ["a year behind, then put right", -365, 0],
    ["an hour ahead, then put right", 1 / 24, 0],
  ])("a clock that is %s", async (_what, notedIn, lookedIn) => {
    const scope = createMemoryScope("instapp_1/run_1/flag", at(notedIn).clock);
    // It is there, and so is one of last month that says the same.
    const alerts = [made(0, "ano_new"), made(30, "ano_old")];
    await using first = await withAlerts([made(30, "ano_old")], hangUp);
    // The flag is the first call of its piece of work; an earlier one has heard Cloud's time.
    const cloudClock = createCloudClock(at(notedIn).clock);
    await first.client({ cloudClock, ...at(notedIn) }).alerts.list();
    const client = first.client({ effects: scope, cloudClock, ...once, ...at(notedIn) });
    const lost = await failure(client.alerts.flag("bln_1", flag));
    expect(lost).toMatchObject({ outcome: "unknown" });
    const sent = flags(first);

    await using later = await withAlerts([...alerts].reverse(), hangUp);
    const found = await later.client({ effects: scope, ...once, ...at(lookedIn) }).alerts.flag("bln_1", flag);
    expect([found.anomaly_id, flags(later), sent]).toEqual(["ano_new", 0, 3]);
  });

  test("one that is noted by a clock that was ahead, with nothing heard of Cloud, is for a person", async () => {
    const scope = createMemoryScope("instapp_1/run_1/flag", at(1).clock);
    await using first = await withAlerts([], hangUp);
    const away: typeof fetch = () => Promise.reject(new TypeError("cut"));
    await failure(
      first.client({ effects: scope, ...once, ...at(1), fetch: away }).alerts.flag("bln_1", flag),
    );
    await using later = await withAlerts([made(0, "ano_new")], hangUp);
    const error = await failure(later.client({ effects: scope, ...once }).alerts.flag("bln_1", flag));
    expect(error).toBeInstanceOf(OutcomeUnknown);
    expect(flags(later)).toBe(0);
  });
});

test("what cannot be noted is not sent", async () => {
  await using server = await startTestServer(created);
  const lost: EffectScope = {
    key: "instapp_1/run_1/pay",
    intend: () => Promise.reject(new Error("the lease is lost")),
    settle: () => Promise.resolve(),
  };
  const error = await failure(server.client({ effects: lost }).proxy.createTransaction(payout));
  expect((error as Error).message).toBe("the lease is lost");
  expect(server.requests).toEqual([]);
});
