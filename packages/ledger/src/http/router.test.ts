/** The size of bodies, through the ledger's door; what paths lead to is in `route-tree.test.ts`. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestLedger, send, textOf } from "../../test/harness.ts";
import type { Ledger } from "../index.ts";

const limit = 5 * 1024 * 1024;
const faults: unknown[] = [];
let ledger: Ledger;

beforeAll(async () => {
  ledger = await openTestLedger(faults);
});

afterAll(async () => {
  await ledger?.close();
  expect(faults).toEqual([]);
});

const refusal = async (body: string) => textOf(await send(ledger, "POST", "/ledgers", body), "errors");

it("refuses what goes on behind 5 MiB, in the parser's words", async () => {
  expect(await refusal(`{"name":"${"x".repeat(limit)}"}`)).toBe("http: request body too large");
  expect(await refusal(" ".repeat(limit + 1))).toBe("http: request body too large");
});

it("does not look behind what ends or goes wrong before", async () => {
  const padding = " ".repeat(limit);
  expect((await send(ledger, "POST", "/ledgers", `{"name":"small"}${padding}`)).status).toBe(201);
  expect(await refusal(`{x${padding}`)).toBe(
    "invalid character 'x' looking for beginning of object key string",
  );
});
