import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Answered,
  codeOf,
  integerOf,
  member,
  openTestLedger,
  send,
  textOf,
} from "../../../test/harness.ts";
import { type Ledger, openLedger } from "../../index.ts";
import { FinishedElsewhere } from "../../posting/failures.ts";
import { zeroInstant } from "../../rules/times.ts";
import { DatabaseError, type TransactionalDatabase } from "../../store/database.ts";
import { claimWork, type Work } from "../../store/work.ts";
import { processReconciliation } from "../../worker/reconcile.ts";

const faults: unknown[] = [];
let ledger: Ledger;
let rules: Readonly<Record<string, string>> = {};
let serial = 0;

const post = (path: string, body: unknown): Promise<Answered> =>
  send(ledger, "POST", `/reconciliation/${path}`, body);

async function rule(name: string, criteria: readonly object[]): Promise<string> {
  return textOf(await post("matching-rules", { name, criteria }), "rule_id");
}

/** Two payouts of one batch and a single deposit, in a currency of their own. */
async function book(currency: string): Promise<readonly string[]> {
  const item = (amount: number, reference: string) => ({
    amount,
    precision: 100,
    currency,
    reference: `${reference}-${currency}`,
    description: reference,
    source: "@World",
    destination: "@Shop",
    allow_overdraft: true,
  });
  await send(ledger, "POST", "/transactions/bulk", {
    skip_queue: true,
    transactions: [item(40, "one"), item(60, "two")],
  });
  await send(ledger, "POST", "/transactions", { ...item(7, "three"), skip_queue: true });
  return ["one", "two", "three"].map((reference) => `${reference}-${currency}`);
}

beforeAll(async () => {
  ledger = await openTestLedger(faults);
  rules = {
    amount: await rule("amount", [{ field: "amount", operator: "equals" }]),
    wide: await rule("wide", [{ field: "amount", operator: "equals", allowable_drift: 0.5 }]),
    exact: await rule("exact", [
      { field: "amount", operator: "equals" },
      { field: "currency", operator: "equals" },
    ]),
    reference: await rule("reference", [{ field: "reference", operator: "equals" }]),
  };
});

afterAll(async () => {
  await ledger?.close();
  expect(faults).toEqual([]);
});

interface External {
  readonly amount: number;
  readonly reference?: string;
  readonly currency: string;
  readonly source?: string;
}

function externals(rows: readonly External[]): readonly object[] {
  return rows.map((row) => ({ id: `ext-${++serial}`, date: "2024-05-01T10:00:00Z", source: "Bank", ...row }));
}

async function ended(id: string): Promise<Answered> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const answer = await send(ledger, "GET", `/reconciliation/${id}`);
    if (["completed", "failed"].includes(textOf(answer, "status")) || Date.now() > deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function run(rows: readonly External[], options: object): Promise<Answered> {
  const started = await post("start-instant", {
    external_transactions: externals(rows),
    strategy: "one_to_one",
    matching_rule_ids: [rules["amount"]],
    ...options,
  });
  expect(started.status).toBe(200);
  return ended(textOf(started, "reconciliation_id"));
}

function counters(answer: Answered): readonly bigint[] {
  return [integerOf(answer, "matched_transactions"), integerOf(answer, "unmatched_transactions")];
}

async function metadataOf(reference: string): Promise<unknown> {
  return member((await send(ledger, "GET", `/transactions/reference/${reference}`)).body, "meta_data");
}

describe("the strategies", () => {
  it("one_to_one matches row by row within the drift, and marks what it matched", async () => {
    const [one = "", two = ""] = await book("AAA");
    const answer = await run(
      [
        { amount: 40, currency: "AAA" },
        { amount: 41, currency: "AAA" },
        { amount: 60, currency: "BBB" },
      ],
      {},
    );
    expect(textOf(answer, "status")).toBe("completed");
    expect(counters(answer)).toEqual([1n, 2n]);
    expect(member(answer.body, "is_dry_run")).toBe(false);
    expect(await metadataOf(one)).toMatchObject({
      reconciled: true,
      reconciliation_amount: 40n,
      reconciliation_id: textOf(answer, "reconciliation_id"),
      reconciled_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect(await metadataOf(two)).not.toHaveProperty("reconciled");
  });

  it("one_to_many matches a group by its sum, each member with its own amount", async () => {
    const [one = "", two = "", three = ""] = await book("CCC");
    const answer = await run([{ amount: 100, currency: "CCC" }], {
      strategy: "one_to_many",
      grouping_criteria: "parent_transaction",
      matching_rule_ids: [rules["exact"]],
    });
    expect(counters(answer)).toEqual([2n, 0n]);
    expect(await metadataOf(one)).toMatchObject({ reconciliation_amount: 40n });
    expect(await metadataOf(two)).toMatchObject({ reconciliation_amount: 60n });
    expect(await metadataOf(three)).not.toHaveProperty("reconciled");
  });

  it("many_to_one matches groups of external rows, and counts unmatched transactions", async () => {
    const [, , three = ""] = await book("DDD");
    const all = (
      await send(ledger, "POST", "/transactions/filter", { filters: [], limit: 100, include_count: true })
    ).body;
    const stored = member(all, "total_count");
    const answer = await run(
      [
        { amount: 3, reference: three, currency: "DDD" },
        { amount: 4, reference: three, currency: "DDD" },
      ],
      { strategy: "many_to_one", grouping_criteria: "source", matching_rule_ids: [rules["reference"]] },
    );
    expect(counters(answer)).toEqual([2n, BigInt(Number(stored)) - 1n]);
    expect(await metadataOf(three)).toMatchObject({ reconciled: true, reconciliation_amount: 4n });
  });

  it.each([
    ["one_to_many", "amount", [0n, 1n]],
    ["one_to_many", "", [0n, 1n]],
    ["no_such", "", [0n, 0n]],
  ] as const)("%s grouped by %j", async (strategy, grouping_criteria, expected) => {
    const answer = await run([{ amount: 1, currency: "EEE" }], { strategy, grouping_criteria });
    expect([textOf(answer, "status"), counters(answer)]).toEqual(["completed", expected]);
  });

  it("a dry run counts and changes nothing (invariant 47)", async () => {
    const [one = ""] = await book("FFF");
    const before = await metadataOf(one);
    const answer = await run([{ amount: 40, currency: "FFF" }], { dry_run: true });
    expect(counters(answer)).toEqual([1n, 0n]);
    expect(member(answer.body, "is_dry_run")).toBe(false);
    expect(await metadataOf(one)).toEqual(before);
  });

  it("any rule is enough, and the candidates lie within the widest drift", async () => {
    await book("GGG");
    const found = await run([{ amount: 10, currency: "GGG" }], {
      matching_rule_ids: [rules["amount"], rules["wide"]],
    });
    expect(counters(found)).toEqual([1n, 0n]);
  });

  it("ends as failed with an unknown rule", async () => {
    const answer = await run([{ amount: 1, currency: "HHH" }], {
      matching_rule_ids: [rules["amount"], "rule_none"],
    });
    expect(textOf(answer, "status")).toBe("failed");
    expect(counters(answer)).toEqual([0n, 0n]);
    expect(member(answer.body, "completed_at")).toBeNull();
  });
});

describe("a run that a crash left behind", () => {
  it("is taken up again and ends once", async () => {
    const [one = ""] = await book("III");
    await post("start-instant", {
      external_transactions: externals([{ amount: 40, currency: "III" }]),
      strategy: "no_such",
      matching_rule_ids: [rules["amount"]],
    });
    const [external] = await ledger.database.query(
      "SELECT upload_id FROM blnk.external_transactions WHERE currency = 'III'",
      [],
    );
    const work = {
      reconciliationId: "recon_left",
      uploadId: external?.["upload_id"],
      strategy: "one_to_one",
      groupingCriteria: "",
      ruleIds: [rules["amount"]],
      dryRun: false,
    };
    await ledger.database.query(
      `INSERT INTO blnk.reconciliations (reconciliation_id, upload_id, status, matched_transactions,
         unmatched_transactions, started_at) VALUES ('recon_left', $1, 'in_progress', 0, 0, now())`,
      [work.uploadId],
    );
    for (const _ of ["first", "again"]) {
      await ledger.database.query(
        "INSERT INTO annex.work (kind, due_at, payload) VALUES ('reconcile', '2000-01-01', $1::text::jsonb)",
        [JSON.stringify(work)],
      );
    }
    await ledger.settle();
    expect(counters(await ended("recon_left"))).toEqual([1n, 0n]);
    expect(await metadataOf(one)).toMatchObject({ reconciliation_id: "recon_left" });
    const matches = await ledger.database.query(
      "SELECT 1 FROM blnk.matches WHERE reconciliation_id = 'recon_left'",
      [],
    );
    expect(matches).toHaveLength(1);
  });
});

/** A run over what is not stored by a request, and the work it means, as far as it is said to be. */
async function leftBehind(
  id: string,
  work: object,
  progress: object | null,
  dueAt = "2000-01-01",
): Promise<void> {
  await ledger.database.query(
    `INSERT INTO blnk.reconciliations (reconciliation_id, upload_id, status, matched_transactions,
       unmatched_transactions, started_at) VALUES ($1, $1, 'in_progress', 0, 0, now())`,
    [id],
  );
  const payload = { reconciliationId: id, uploadId: id, groupingCriteria: "", dryRun: false, ...work };
  await ledger.database.query(
    `INSERT INTO annex.work (kind, due_at, payload, progress)
     VALUES ('reconcile', $3::text::timestamp, $1::text::jsonb, $2::text::jsonb)`,
    [JSON.stringify(payload), progress && JSON.stringify(progress), dueAt],
  );
}

describe("a run that was interrupted", () => {
  const work = () => ({ strategy: "one_to_one", ruleIds: [rules["amount"]] });
  const match = (run: string, internal: string) =>
    ledger.database.query(
      `INSERT INTO blnk.matches (external_transaction_id, internal_transaction_id, reconciliation_id, amount, date)
       SELECT 'row', transaction_id, $1, 1, now() FROM blnk.transactions WHERE reference = $2 RETURNING id::text`,
      [run, internal],
    );
  const matchesOf = async (run: string) =>
    (await ledger.database.query("SELECT 1 FROM blnk.matches WHERE reconciliation_id = $1", [run])).length;

  it("while it marked goes on where it was, on what had been found", async () => {
    const [one = "", two = ""] = await book("KKK");
    const [marked] = await match("recon_marking", one);
    await match("recon_marking", two);
    const progress = { matched: 2, unmatched: 5, lost: false, marked: marked?.["id"] };
    await leftBehind("recon_marking", work(), progress);
    await ledger.settle();
    expect(counters(await ended("recon_marking"))).toEqual([2n, 5n]);
    expect(await metadataOf(one)).not.toHaveProperty("reconciled");
    expect(await metadataOf(two)).toMatchObject({ reconciliation_id: "recon_marking" });
    expect(await ledger.database.query("SELECT 1 FROM annex.work WHERE kind = 'reconcile'", [])).toEqual([]);
  });

  it("while it looked begins anew, and forgets what it had found", async () => {
    const [one = ""] = await book("LLL");
    await match("recon_finding", one);
    await ledger.database.query(
      `INSERT INTO blnk.unmatched (external_transaction_id, reconciliation_id, date)
       SELECT 'row_' || i, 'recon_finding', now() FROM generate_series(1, 2500) AS i`,
      [],
    );
    await leftBehind("recon_finding", work(), { begun: 1, kept: 1 });
    await ledger.settle();
    expect(counters(await ended("recon_finding"))).toEqual([0n, 0n]);
    expect(await matchesOf("recon_finding")).toBe(0);
    const left = "SELECT 1 FROM blnk.unmatched WHERE reconciliation_id = 'recon_finding'";
    expect(await ledger.database.query(left, [])).toEqual([]);
    expect(await metadataOf(one)).not.toHaveProperty("reconciled");
  });
});

describe("a run that is cancelled", () => {
  const cancel = (id: string) => send(ledger, "POST", `/annex/reconciliations/${id}/cancel`);
  const refusals = async () =>
    member((await send(ledger, "GET", "/annex/work")).body, "refused") as readonly object[];

  it("while it marks takes back what it marked, and nothing of others", async () => {
    const [one = "", two = ""] = await book("NNN");
    await ledger.database.query(
      `INSERT INTO blnk.matches (external_transaction_id, internal_transaction_id, reconciliation_id, amount, date)
       SELECT 'row', transaction_id, 'recon_cancelled', 1, now() FROM blnk.transactions WHERE reference = ANY($1)`,
      [[one, two]],
    );
    for (const [reference, run] of [
      [one, "recon_cancelled"],
      [two, "recon_earlier"],
    ]) {
      await ledger.database.query(
        "UPDATE blnk.transactions SET meta_data = meta_data || $2::text::jsonb WHERE reference = $1",
        [reference, JSON.stringify({ reconciled: true, reconciliation_id: run, mine: "kept" })],
      );
    }
    const work = { strategy: "one_to_one", ruleIds: [] };
    await leftBehind("recon_cancelled", work, { marked: "1" }, "2100-01-01");

    const answer = await cancel("recon_cancelled");
    expect([answer.status, textOf(answer, "status")]).toEqual([200, "failed"]);
    await ledger.settle();
    expect(await metadataOf(one)).not.toHaveProperty("reconciled");
    expect(await metadataOf(one)).toMatchObject({ mine: "kept" });
    expect(await metadataOf(two)).toMatchObject({ reconciliation_id: "recon_earlier" });
    const left = "SELECT 1 FROM blnk.matches WHERE reconciliation_id = 'recon_cancelled'";
    expect(await ledger.database.query(left, [])).toEqual([]);
    expect(await refusals()).toContainEqual(
      expect.objectContaining({ kind: "reconcile", reason: "cancelled" }),
    );
  });

  it("while it looks ends soon, however much is left to look at, though a look whether it is fails", async () => {
    const database = ledger.database as TransactionalDatabase;
    const work = { strategy: "one_to_one", ruleIds: [rules["amount"]] };
    await leftBehind("recon_endless", work, null, "2100-01-01");
    const claim = { dueUntil: "2100-01-02", leaseSeconds: 60, limit: 1, lines: [] };
    const [piece] = await claimWork(database, claim);
    let answer: Promise<Answered> | undefined;
    let isFailing = true;
    const page = Array.from({ length: 1_000 }, () => ({ row_id: "0", transaction_id: "txn_0" }));
    const endless: TransactionalDatabase = {
      execute: (sql) => database.execute(sql),
      transaction: (work) => database.transaction(work),
      close: () => database.close(),
      query(sql, parameters, options) {
        if (isFailing && sql.startsWith("SELECT progress FROM annex.work")) {
          isFailing = false;
          return Promise.reject(new DatabaseError("gone", "57P01", undefined, undefined));
        }
        if (!sql.includes("FROM blnk.transactions WHERE id >"))
          return database.query(sql, parameters, options);
        answer ??= cancel("recon_endless");
        return Promise.resolve(page);
      },
    };
    const place = { database: endless, now: () => zeroInstant, closing: new AbortController().signal };
    await expect(processReconciliation(place, piece as Work)).rejects.toThrow(FinishedElsewhere);
    expect(isFailing).toBe(false);
    expect(textOf((await answer) as Answered, "status")).toBe("failed");
  });

  it("must be there, and must not have ended", async () => {
    expect(codeOf(await cancel("recon_none"))).toBe("RECON_NOT_FOUND");
    const over = await run([{ amount: 1, currency: "OOO" }], {});
    const answer = await cancel(textOf(over, "reconciliation_id"));
    expect([answer.status, codeOf(answer)]).toEqual([409, "GEN_CONFLICT"]);
    expect(await ended(textOf(over, "reconciliation_id"))).toEqual(over);
  });
});

it("a run of many matches is kept in parts: others see some marked, and post meanwhile", async () => {
  await ledger.database.query(
    `INSERT INTO blnk.transactions (transaction_id, reference, amount, currency, status, meta_data)
     SELECT 'txn_many_' || i, 'many-' || i, 3, 'MMM', 'APPLIED', '{}' FROM generate_series(1, 400) AS i`,
    [],
  );
  const [one = ""] = await book("MMM");
  const run = await post("start-instant", {
    external_transactions: externals([{ amount: 1_307, currency: "MMM" }]),
    strategy: "one_to_many",
    grouping_criteria: "currency",
    matching_rule_ids: [rules["exact"]],
  });
  const id = textOf(run, "reconciliation_id");
  const seen = new Set<number>();
  for (let isOver = false; !isOver; ) {
    const [row] = await ledger.database.query(
      `SELECT (SELECT count(*)::integer FROM blnk.transactions WHERE meta_data ->> 'reconciliation_id' = $1) AS marked,
         status FROM blnk.reconciliations WHERE reconciliation_id = $1`,
      [id],
    );
    isOver = row?.["status"] !== "started" && row?.["status"] !== "in_progress";
    if (!isOver) seen.add(Number(row?.["marked"]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(counters(await ended(id))).toEqual([403n, 0n]);
  expect(await metadataOf(one)).toMatchObject({ reconciliation_id: id });
  // In one commit nobody would see any before the run has ended.
  expect([...seen].filter((marked) => marked > 0 && marked < 403)).not.toEqual([]);
});

describe("starting", () => {
  it.each([
    ["start", { upload_id: "", strategy: "x", matching_rule_ids: ["r"] }, "GEN_MALFORMED_REQUEST"],
    ["start", { upload_id: "u", strategy: "x", matching_rule_ids: null }, "GEN_MALFORMED_REQUEST"],
    ["start", { upload_id: "u", strategy: "x", matching_rule_ids: [] }, "RECON_MATCHING_RULES_REQUIRED"],
    ["start", [], "GEN_MALFORMED_REQUEST"],
    [
      "start-instant",
      { external_transactions: [], strategy: "x", matching_rule_ids: [] },
      "RECON_EXTERNAL_TXNS_REQUIRED",
    ],
    [
      "start-instant",
      { external_transactions: Array(10_001).fill({}), strategy: "x", matching_rule_ids: [] },
      "GEN_VALIDATION_ERROR",
    ],
    [
      "start-instant",
      { external_transactions: [5], strategy: "x", matching_rule_ids: ["r"] },
      "GEN_MALFORMED_REQUEST",
    ],
  ])("%s is refused, case %#", async (path, body, code) => {
    const answer = await post(path, body);
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
  });
});

function form(content: string, filename: string, fields: Readonly<Record<string, string>> = {}): FormData {
  const data = new FormData();
  for (const [name, text] of Object.entries(fields)) data.set(name, text);
  data.set("file", new Blob([content]), filename);
  return data;
}

async function upload(data: FormData): Promise<Answered> {
  const request = new Request("http://ledger/", { method: "POST", body: data });
  const answer = await ledger.handle({
    method: "POST",
    path: "/reconciliation/upload",
    headers: { "content-type": request.headers.get("content-type") ?? "" },
    body: new Uint8Array(await request.arrayBuffer()),
  });
  return { status: answer.status, body: JSON.parse(Buffer.from(answer.body).toString("utf8")) };
}

const csv = (ids: readonly string[]): string =>
  `id,amount,reference,currency,description,date\n${ids.map((id) => `${id},1,r,USD,d,2024-05-01T10:00:00Z\n`).join("")}`;

describe("uploads", () => {
  it("take a file by its content when its name says nothing", async () => {
    const answer = await upload(form(csv(["n1", "n2"]).trim(), "bank", { source: "Bank" }));
    expect(answer.body).toMatchObject({ record_count: 2, source: "Bank" });
  });

  it("keep the rows before one that can't be stored", async () => {
    expect((await upload(form(csv(["k1"]), "a.csv"))).status).toBe(200);
    expect(codeOf(await upload(form(csv(["k2", "k1", "k3"]), "a.csv")))).toBe(
      "RECON_UPLOAD_PROCESSING_FAILED",
    );
    expect(codeOf(await upload(form(csv(["k2"]), "a.csv")))).toBe("RECON_UPLOAD_PROCESSING_FAILED");
    expect((await upload(form(csv(["k3"]), "a.csv"))).status).toBe(200);
  });

  it("store many rows at once", async () => {
    const ids = Array.from({ length: 1_300 }, (_, index) => `many-${index}`);
    expect((await upload(form(csv(ids), "a.csv"))).body).toMatchObject({ record_count: 1300 });
    const run = await post("start", {
      upload_id: "upload_none",
      strategy: "one_to_one",
      matching_rule_ids: [rules["amount"]],
    });
    expect(counters(await ended(textOf(run, "reconciliation_id")))).toEqual([0n, 0n]);
  });

  it.each([
    ["multipart/form-data", "x"],
    ["multipart/form-data; boundary=b", "--b\r\nbroken"],
    ["multipart/form-data; boundary=b", ""],
    ["text/plain", '{"url":"ftp://x"}'],
    ["application/json", "{"],
  ])("of type %s with %j bring no file", async (type, body) => {
    const answer = await ledger.handle({
      method: "POST",
      path: "/reconciliation/upload",
      headers: { "content-type": type },
      body: Buffer.from(body),
    });
    expect(answer.status).toBe(400);
    expect(JSON.parse(Buffer.from(answer.body).toString("utf8")).error).toBe("File upload failed");
  });

  it.each([
    ["https://example.invalid/x.csv", "RECON_UPLOAD_HOST_NOT_ALLOWED", "upload host not allowed"],
    ["http://127.0.0.1:1/x.csv", "RECON_UPLOAD_HOST_NOT_ALLOWED", "upload host not allowed"],
    ["file:///etc/passwd", "RECON_UPLOAD_URL_INVALID", "upload URL must use http or https"],
    ["example.com/x.csv", "RECON_UPLOAD_URL_INVALID", "upload URL must use http or https"],
    ["http://[::1]:8/x", "RECON_UPLOAD_HOST_NOT_ALLOWED", "upload host not allowed"],
    ["http://user:word@x:99999/?a=%zz", "RECON_UPLOAD_HOST_NOT_ALLOWED", "upload host not allowed"],
    ["http://", "RECON_UPLOAD_URL_INVALID", "invalid upload URL"],
    ["http://:80/", "RECON_UPLOAD_URL_INVALID", "invalid upload URL"],
    ["http://x:abc/", "RECON_UPLOAD_URL_INVALID", "invalid upload URL"],
    ["http://[::1/x", "RECON_UPLOAD_URL_INVALID", "invalid upload URL"],
    ["http://a%41/", "RECON_UPLOAD_URL_INVALID", "invalid upload URL"],
    ["http://us er@x/", "RECON_UPLOAD_URL_INVALID", "invalid upload URL"],
    ["mailto:a@b", "RECON_UPLOAD_URL_INVALID", "upload URL must use http or https"],
    ["http://a b/x", "RECON_UPLOAD_URL_INVALID", "invalid upload URL"],
    ["://x", "RECON_UPLOAD_URL_INVALID", "invalid upload URL"],
    ["http://x/%zz", "RECON_UPLOAD_URL_INVALID", "invalid upload URL"],
  ])("by address %s are refused", async (url, code, text) => {
    const answer = await post("upload", { url });
    expect([answer.status, codeOf(answer), member(answer.body, "error")]).toEqual([400, code, text]);
  });
});

// A run by reference once read every transaction anew for each row: 20,000 by 200 took four minutes and 3 GB.
it("reads the transactions once, whatever the rules", async () => {
  const ledger = await openLedger({ database: { kind: "embedded" } });
  const post = async (path: string, body: unknown): Promise<Readonly<Record<string, string>>> => {
    const sent = { method: "POST", path, headers: {}, body: Buffer.from(JSON.stringify(body)) };
    return JSON.parse(Buffer.from((await ledger.handle(sent)).body).toString());
  };
  await ledger.database.query(
    `INSERT INTO blnk.transactions (transaction_id, reference, amount, currency, status)
     SELECT 'txn_' || i, 'ref-' || i, i, 'USD', 'APPLIED' FROM generate_series(1, 6000) AS i`,
    [],
  );
  const criteria = [{ field: "reference", operator: "equals" }];
  const rule = await post("/reconciliation/matching-rules", { name: "By reference", criteria });
  const rows = Array.from({ length: 1_000 }, (_, index) => ({
    id: `row-${index}`,
    reference: `REF-${index * 7}`,
    amount: 1,
    currency: "USD",
    date: "2026-01-01T00:00:00Z",
  }));
  const started = await post("/reconciliation/start-instant", {
    external_transactions: rows,
    strategy: "one_to_one",
    matching_rule_ids: [rule["rule_id"]],
  });
  await ledger.settle();
  const path = `/reconciliation/${started["reconciliation_id"]}`;
  const { body } = await ledger.handle({ method: "GET", path, headers: {} });
  const run = JSON.parse(Buffer.from(body).toString());
  expect(run).toMatchObject({ status: "completed", matched_transactions: 857, unmatched_transactions: 143 });
  await ledger.close();
}, 60_000);
