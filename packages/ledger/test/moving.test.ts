/** Books go from one ledger to another and to a real Core's tables, exact to the last digit; or nothing goes. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type PostgresServer, startPostgres } from "../../../tests/support/postgres-server.ts";
import { exportBooks, importBooks, openCoreDatabase } from "../src/index.ts";
import { openServerDatabase } from "../src/store/server.ts";
import { integerOf, makeBalances, openTestLedger, send } from "./harness.ts";
import { brokenInvariants } from "./invariants.ts";

const huge = 123_456_789_012_345_678_901_234_567_890n;

let server: PostgresServer;
let first: string;
let balance: string;

const onServer = (url: string) => ({ kind: "server", url }) as const;

beforeAll(async () => {
  server = await startPostgres();
  first = await server.createDatabase("first");
  const ledger = await openTestLedger([], { database: onServer(first) });
  const [made = ""] = await makeBalances(ledger, 1);
  balance = made;
  await send(ledger, "POST", "/transactions", body("@World", balance, huge));
  await ledger.settle();
  await ledger.close();
}, 120_000);

afterAll(() => server.stop(), 60_000);

function body(source: string, destination: string, precise_amount: bigint) {
  const common = { precision: 100, currency: "USD", description: 'Moved "<&>\n', allow_overdraft: true };
  const reference = `moved-${precise_amount}`;
  return {
    ...common,
    reference,
    source,
    destination,
    precise_amount,
    skip_queue: true,
    meta_data: { a: [1.5, "é"] },
  };
}

async function exported(url: string): Promise<readonly string[]> {
  let text = "";
  await exportBooks(onServer(url), async (part) => {
    text += part;
  });
  return text.trimEnd().split("\n");
}

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

it("takes everything to another ledger, which goes on from there", async () => {
  const lines = await exported(first);
  const second = await server.createDatabase("second");
  expect(await importBooks(onServer(second), each(lines))).toBe(lines.length - 2);
  expect(await exported(second)).toEqual(lines);
  const ledger = await openTestLedger([], { database: onServer(second) });
  expect(integerOf(await send(ledger, "GET", `/balances/${balance}`), "balance")).toBe(huge);
  expect((await send(ledger, "POST", "/transactions", body(balance, "@World", 1n))).status).toBe(201);
  expect(await brokenInvariants(ledger.database)).toEqual([]);
  await ledger.close();
}, 60_000);

it("fills the tables of a real Core, and leaves them as they are", async () => {
  const url = await server.createDatabase("core");
  const core = await openCoreDatabase(url);
  const statements = await readFile(new URL("../../data-api/test/core-schema.sql", import.meta.url), "utf8");
  for (const statement of statements.replace(/^--.*$/gm, "").split(";")) {
    if (statement.trim() !== "") await core.query(statement, []);
  }
  await importBooks(onServer(url), each(await exported(first)));
  const [row] = await core.query(
    "SELECT credit_balance, to_regnamespace('annex')::text AS ours FROM blnk.balances WHERE balance_id = $1",
    [balance],
  );
  expect(row).toEqual({ credit_balance: String(huge), ours: null });
  await core.close();
}, 60_000);

/** Books of rows that are a megabyte each, and can't be made smaller. */
async function* largeBooks(rows: number, before: (row: number) => void): AsyncGenerator<string> {
  const columns = ["id", "amount", "reference", "currency", "description", "date", "source", "upload_id"];
  const common = { amount: 1, reference: "r", currency: "USD", date: "2026-01-01T00:00:00", source: "s" };
  const header = { format: "annex-ledger-books", version: 2 };
  yield JSON.stringify({ ...header, columns: { "blnk.external_transactions": columns } });
  for (let row = 0; row < rows; row++) {
    before(row);
    const description = randomBytes(750_000).toString("base64");
    yield `blnk.external_transactions ${JSON.stringify({ ...common, id: `e-${row}`, upload_id: "u", description })}`;
  }
  yield `end ${rows}`;
}

it("has little of a large file in memory and in the embedded engine's log, and one that was stopped leaves nothing", async () => {
  const directory = await mkdtemp(join(tmpdir(), "annex-moving-"));
  const where = { kind: "embedded", directory, flush: false } as const;
  const control = () => readFileSync(join(directory, "postgres/global/pg_control")).toString("hex");
  const seen = new Set<string>();
  const stopped = largeBooks(40, (row) => {
    seen.add(control());
    if (row === 39) throw new Error("stopped");
  });
  await expect(importBooks(where, stopped)).rejects.toThrow("stopped");
  // The engine writes there where the log would be read from after a kill.
  expect(seen.size).toBeGreaterThan(1);

  expect(
    await importBooks(
      where,
      largeBooks(3, () => {}),
    ),
  ).toBe(3);
  const ledger = await openTestLedger([], { database: where });
  const [size] = await ledger.database.query(
    "SELECT pg_total_relation_size('blnk.external_transactions')::integer AS bytes FROM blnk.external_transactions",
    [],
  );
  expect(size?.["bytes"]).toBeLessThan(10_000_000);
  // As large, but for the database, which makes them small.
  await ledger.database.query(
    `INSERT INTO blnk.external_transactions (id, amount, reference, currency, description, date, source, upload_id)
     SELECT 'f-' || i, 1, 'r', 'USD', repeat('x', 1000000), now(), 's', 'u' FROM generate_series(1, 3) AS i`,
    [],
  );
  await ledger.close();
  const lengths: number[] = [];
  await exportBooks(where, async (text) => lengths.push(text.length));
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBeGreaterThan(6_000_000);
  expect(Math.max(...lengths)).toBeLessThan(2_500_000);
  await rm(directory, { recursive: true });
}, 60_000);

it("brings the general ledger as it was named, leaves one that somebody named here, and keeps one where the books have none", async () => {
  const named = await server.createDatabase("named");
  const header = { format: "annex-ledger-books", version: 2, columns: {} };
  await importBooks(onServer(named), each([JSON.stringify(header), "end 0"]));
  const ledger = await openTestLedger([], { database: onServer(named) });
  const general = async () => (await send(ledger, "GET", "/ledgers/general_ledger_id")).body;
  expect(await general()).toMatchObject({ name: "General Ledger" });
  await send(ledger, "PUT", "/ledgers/general_ledger_id", { name: "Treasury" });
  await send(ledger, "POST", "/general_ledger_id/metadata", { meta_data: { owner: "Ann" } });
  await ledger.close();
  const books = await exported(named);
  await expect(importBooks(onServer(named), each(books))).rejects.toThrow("holds books already");
  const elsewhere = await server.createDatabase("elsewhere");
  await importBooks(onServer(elsewhere), each(books));
  expect(await exported(elsewhere)).toEqual(books);
}, 60_000);

it("waits for who is writing to the database, and then sees what he wrote", async () => {
  const url = await server.createDatabase("written");
  const ledger = await openTestLedger([], { database: onServer(url) });
  const lines = await exported(first);
  const somebody = await openServerDatabase(url);
  const importing = await somebody.transaction(async (transaction) => {
    await transaction.query("INSERT INTO blnk.ledgers (ledger_id, name) VALUES ('ldg_mine', 'Mine')", []);
    const refused = importBooks(onServer(url), each(lines)).catch((error: Error) => error.message);
    await vi.waitFor(async () => {
      const waiting = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'blnk.ledgers'::regclass";
      expect(await ledger.database.query(waiting, [])).toHaveLength(1);
    }, 20_000);
    return { refused };
  });
  expect(await importing.refused).toContain("holds books already");
  const ledgers = "SELECT name FROM blnk.ledgers ORDER BY id";
  expect(await ledger.database.query(ledgers, [])).toEqual([{ name: "General Ledger" }, { name: "Mine" }]);
  await somebody.close();
  await ledger.close();
}, 60_000);

it("takes nothing into a directory that holds anything at all, and leaves what is there", async () => {
  const directory = await mkdtemp(join(tmpdir(), "annex-moving-"));
  const where = { kind: "embedded", directory, flush: false } as const;
  const ledger = await openTestLedger([], { database: where });
  const criteria = [{ field: "amount", operator: "equals" }];
  const rule = { name: "Kept", description: "Kept", criteria };
  expect((await send(ledger, "POST", "/reconciliation/matching-rules", rule)).status).toBe(201);
  await ledger.close();
  const rules = async (): Promise<readonly string[]> => {
    let text = "";
    await exportBooks(where, async (part) => {
      text += part;
    });
    return text.split("\n").filter((line) => line.startsWith("blnk.matching_rules "));
  };
  const before = await rules();
  expect(before).toHaveLength(1);
  await expect(importBooks(where, each(await exported(first)))).rejects.toThrow("holds books already");
  expect(await rules()).toEqual(before);
  await rm(directory, { recursive: true });
}, 60_000);

it("takes nothing into books that are there, and nothing of a file that is cut or none of its own", async () => {
  const lines = await exported(first);
  await expect(importBooks(onServer(first), each(lines))).rejects.toThrow("holds books already");
  const third = await server.createDatabase("third");
  await expect(importBooks(onServer(third), each(["hello"]))).rejects.toThrow("holds no books");
  const cuts = [
    // Within a row, behind one, before the last line, within its number; and a row in the middle.
    [...lines.slice(0, -2), lines.at(-2)?.slice(0, 40) ?? ""],
    lines.slice(0, 3),
    lines.slice(0, -1),
    [...lines.slice(0, -1), "end "],
    [...lines.slice(0, 2), ...lines.slice(3)],
  ];
  for (const cut of cuts)
    await expect(importBooks(onServer(third), each(cut))).rejects.toThrow("does not hold all of the books");
  const damaged = lines.map((line) => line.replace('"currency":"USD"', '"currency":"US\\u0000D"'));
  await expect(importBooks(onServer(third), each(damaged))).rejects.toThrow(
    /damaged \(blnk\.[a-z]+: unsupported Unicode escape sequence\)/,
  );
  const old = [lines[0]?.replace('"version":2', '"version":1') ?? "", ...lines.slice(1, -1)];
  expect(await importBooks(onServer(third), each(old))).toBe(lines.length - 2);
}, 60_000);
