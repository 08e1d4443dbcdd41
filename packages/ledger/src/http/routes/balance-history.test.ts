import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ledger, openLedger } from "../../index.ts";

describe("what a balance had at a time", () => {
  let ledger: Ledger;
  let now = Date.parse("2026-03-01T00:00:00Z");
  let till = "";

  const call = async (
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Readonly<Record<string, unknown>>> => {
    const sent = body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) };
    const answer = await ledger.handle({ method, path, headers: {}, ...sent });
    expect([200, 201], `${method} ${path}`).toContain(answer.status);
    return JSON.parse(Buffer.from(answer.body).toString());
  };

  const post = (reference: string, to: string, changed: Readonly<Record<string, unknown>>) => {
    const [source, destination] = to === "in" ? ["@World", till] : [till, "@World"];
    const sides = { source, destination, currency: "USD", allow_overdraft: true };
    return call("POST", "/transactions", {
      ...{ amount: 1, precision: 1, reference, description: "x", skip_queue: true },
      ...sides,
      ...changed,
    });
  };

  beforeAll(async () => {
    ledger = await openLedger({ database: { kind: "embedded" }, clock: () => new Date(now) });
    till = String(
      (await call("POST", "/balances", { ledger_id: "general_ledger_id", currency: "USD" }))["balance_id"],
    );
    for (let index = 0; index < 40; index += 1) {
      now += 3_600_000;
      const dated = [undefined, "2025-06-01T00:00:00Z", "2027-01-01T00:00:00Z", "0001-01-01T00:00:01Z"][
        index % 4
      ];
      await post(`r${index}`, index % 3 === 0 ? "out" : "in", {
        amount: index + 1,
        inflight: index % 7 === 6,
        skip_queue: index % 5 !== 4,
        ...(dated === undefined ? {} : { effective_date: dated }),
      });
    }
    await ledger.settle();
  });

  afterAll(() => ledger?.close());

  // The whole history was once added up for every question: a tenth of a second at 30,000 rows, posting waiting.
  it.each([
    "2025-01-01T00:00:00Z",
    "2025-06-01T00:00:00Z",
    "2026-03-01T10:00:00Z",
    "2026-03-02T00:30:00Z",
    "2026-03-02T02:00:00.000001Z",
    "2026-12-31T00:00:00Z",
    "2027-01-01T00:00:00Z",
    "2030-01-01T00:00:00Z",
    "0001-01-01T00:00:01Z",
    "0000-06-01T00:00:00Z",
  ])("is at %s what its rows until then add up to", async (time) => {
    const [sums] = await ledger.database.query(
      `SELECT COALESCE(SUM(precise_amount) FILTER (WHERE destination = $1), 0)::int AS credit_balance,
              COALESCE(SUM(precise_amount) FILTER (WHERE source = $1), 0)::int AS debit_balance
       FROM blnk.transactions WHERE status = 'APPLIED' AND COALESCE(effective_date, created_at) > '0001-01-01'
         AND COALESCE(effective_date, created_at) <= $2::text::timestamp`,
      [till, time.replace(/^0000(.*)$/, "0001$1 BC")],
    );
    for (const source of ["", "&from_source=true"]) {
      const read = await call("GET", `/balances/${till}/at?timestamp=${time}${source}`);
      expect(read["balance"]).toMatchObject(sums ?? {});
    }
  });

  it("is told the same when more rows lie behind than are taken off one by one", async () => {
    await ledger.database.query(
      `INSERT INTO blnk.transactions (transaction_id, source, destination, status, precise_amount, created_at, currency)
       SELECT 'many_' || i, 'bln_other', $1, 'APPLIED', 1, timestamp '2028-01-01' + i * interval '1 second', 'USD'
       FROM generate_series(1, 4500) AS i`,
      [till],
    );
    await ledger.database.query(
      "UPDATE blnk.balances SET credit_balance = credit_balance + 4500 WHERE balance_id = $1",
      [till],
    );
    const early = await call("GET", `/balances/${till}/at?timestamp=2027-06-01T00:00:00Z`);
    const late = await call("GET", `/balances/${till}/at?timestamp=2029-01-01T00:00:00Z`);
    const credit = (read: typeof early) => Number((read["balance"] as typeof early)["credit_balance"]);
    expect(credit(late) - credit(early)).toBe(4500);
  });

  it("tells what waits in the queue from what waits alone", async () => {
    const waiting = async () => {
      const read = await call("GET", `/balances/${till}?with_queued=true`);
      return [read["queued_debit_balance"], read["queued_credit_balance"]];
    };
    expect(await waiting()).toEqual([0, 0]);
    await post("q1", "in", { amount: 5, skip_queue: false });
    await post("q2", "out", { amount: 7, skip_queue: false });
    await post("later", "out", { amount: 100, skip_queue: false, scheduled_for: "2029-01-01T00:00:00Z" });
    expect(await waiting()).toEqual([7, 5]);
    now += 1_000;
    await ledger.settle();
    expect(await waiting()).toEqual([0, 0]);
  });
});
