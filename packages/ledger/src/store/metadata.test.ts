import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ledger, openLedger } from "../index.ts";
import { mergedMetadata } from "./metadata.ts";

describe("metadata that is merged into what is stored", () => {
  let ledger: Ledger;

  beforeAll(async () => {
    ledger = await openLedger({ database: { kind: "embedded" } });
  });

  afterAll(() => ledger?.close());

  // Three places once merged in their own ways; one of them made [null, {…}] of a JSON null.
  it.each([
    ['{"a": 1, "b": {"c": 2}}', { a: 1, b: { d: 3 } }],
    ["{}", { b: { d: 3 } }],
    ["null", { b: { d: 3 } }],
    [null, { b: { d: 3 } }],
  ])("%s", async (stored, merged) => {
    const sql = mergedMetadata("$1::text::jsonb", `'{"b": {"d": 3}}'::jsonb`);
    const [row] = await ledger.database.query(`SELECT ${sql} AS merged`, [stored]);
    expect(row?.["merged"]).toEqual(merged);
  });
});
