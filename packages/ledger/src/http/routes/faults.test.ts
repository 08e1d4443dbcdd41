import { afterAll, afterEach, expect, it, vi } from "vitest";
import { codeOf, member, openTestLedger, send } from "../../../test/harness.ts";
import { DatabaseError } from "../../store/database.ts";

const faults: { readonly error: unknown; readonly reference: string }[] = [];
const ledger = await openTestLedger([], { onFault: (error, reference) => faults.push({ error, reference }) });

/** Lets whatever a request asks of the books fail; what the worker asks is left alone. */
function failing(error: DatabaseError): void {
  const { query } = ledger.database;
  vi.spyOn(ledger.database, "query").mockImplementation((sql, parameters, options) =>
    sql.includes("blnk") ? Promise.reject(error) : query(sql, parameters, options),
  );
}

afterAll(() => ledger.close());

afterEach(() => {
  faults.length = 0;
  vi.restoreAllMocks();
});

const monitor = {
  balance_id: "bln_x",
  condition: { field: "balance", operator: ">", value: 1, precision: 1 },
};
const instant = {
  external_transactions: [{ id: "x1", date: "2024-01-01T00:00:00Z" }],
  strategy: "one_to_one",
  matching_rule_ids: ["rule_x"],
};

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

const requests: readonly Sent[] = [
  { method: "GET", path: "/transactions" },
  { method: "GET", path: "/ledgers?name_eq=x" },
  { method: "POST", path: "/balances/filter", body: {} },
  { method: "POST", path: "/balance-monitors", body: monitor },
  { method: "PUT", path: "/balance-monitors/mon_x", body: monitor },
  { method: "POST", path: "/reconciliation/start-instant", body: instant },
];

it.each(requests)(
  "$method $path: what the database can't do is a fault, told and named",
  async ({ method, path, body }) => {
    const full = new DatabaseError("could not extend file", "53100", undefined, undefined);
    failing(full);
    const answer = await send(ledger, method, path, body);
    expect([answer.status, codeOf(answer)]).toEqual([500, "GEN_INTERNAL"]);
    expect(faults).toEqual([{ error: full, reference: expect.stringMatching(/^fault_/) }]);
    const details = member(member(answer.body, "error_detail"), "details");
    expect(member(details, "reference")).toBe(faults[0]?.reference ?? "none");
  },
);

it.each(requests)(
  "$method $path: what somebody else keeps locked is said to be",
  async ({ method, path, body }) => {
    const locked = new DatabaseError(
      "canceling statement due to lock timeout",
      "55P03",
      undefined,
      undefined,
    );
    failing(locked);
    const answer = await send(ledger, method, path, body);
    expect([answer.status, codeOf(answer)]).toEqual([423, "GEN_RESOURCE_LOCKED"]);
    expect(faults).toEqual([]);
  },
);
