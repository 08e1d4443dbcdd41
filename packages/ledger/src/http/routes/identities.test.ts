import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf, integerOf, type Json, member, openTestLedger, send, textOf } from "../../../test/harness.ts";
import type { Ledger } from "../../index.ts";

const faults: unknown[] = [];
let ledger: Ledger;

beforeAll(async () => {
  ledger = await openTestLedger(faults);
});

afterAll(async () => {
  await ledger?.close();
  expect(faults).toEqual([]);
});

const create = async (body: object): Promise<string> =>
  textOf(await send(ledger, "POST", "/identities", body), "identity_id");
const read = async (id: string): Promise<Json> => (await send(ledger, "GET", `/identities/${id}`)).body;

describe("identities", () => {
  it("are listed whole, whatever the limit, until a filter is given", async () => {
    for (let index = 0; index < 25; index += 1)
      await create({ first_name: `Person ${index}`, country: "XX" });
    const count = async (query: string): Promise<number> => {
      const { body } = await send(ledger, "GET", `/identities${query}`);
      return Array.isArray(body) ? body.length : 0;
    };
    expect(await count("?limit=5&offset=20")).toBeGreaterThanOrEqual(25);
    expect(await count("?limit=5&country_eq=XX")).toBe(5);
    expect(await count("?limit=500&country_eq=XX")).toBe(20);
    expect(await count("?offset=24&country_eq=XX")).toBe(1);
    expect((await send(ledger, "GET", "/identities?country_eq=YY")).body).toBeNull();
  });

  it("keep fields that an update leaves empty", async () => {
    const id = await create({ first_name: "Ann", dob: "2000-01-31T23:00:00-05:00", meta_data: { a: 1 } });
    await send(ledger, "PUT", `/identities/${id}`, {
      last_name: "Lee",
      first_name: "",
      dob: null,
      created_at: "2001-01-01T00:00:00Z",
    });
    expect(await read(id)).toMatchObject({
      first_name: "Ann",
      last_name: "Lee",
      dob: "2000-01-31T00:00:00Z",
      meta_data: { a: 1n },
    });
    await send(ledger, "PUT", `/identities/${id}`, { meta_data: {} });
    expect(await read(id)).toMatchObject({ meta_data: {} });
  });

  it("can be deleted, once", async () => {
    const id = await create({ first_name: "Gone" });
    expect(await send(ledger, "DELETE", `/identities/${id}`)).toEqual({
      status: 200,
      body: { message: "Identity deleted successfully" },
    });
    expect(codeOf(await send(ledger, "GET", `/identities/${id}`))).toBe("IDT_NOT_FOUND");
    expect(
      member(member((await send(ledger, "DELETE", `/identities/${id}`)).body, "error_detail"), "details"),
    ).toBeNull();
  });

  it("refuse text that no database can hold, without a trace of it", async () => {
    const answer = await send(ledger, "POST", "/identities", '{"first_name":"a\\u0000b"}');
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(answer.body)).not.toContain("at ");
    faults.length = 0;
  });
});

describe("tokenization", () => {
  it("stays when fields are tokenized one after the other at once", async () => {
    const id = await create({ first_name: "Alan", last_name: "Turing", street: "Road 1" });
    await Promise.all(
      ["FirstName", "LastName", "street"].map((field) =>
        send(ledger, "POST", `/identities/${id}/tokenize/${field}`),
      ),
    );
    const answer = await send(ledger, "POST", `/identities/${id}/detokenize`, { fields: [] });
    expect(answer.body).toEqual({ fields: { FirstName: "Alan", LastName: "Turing", Street: "Road 1" } });
    expect(member(await read(id), "first_name")).toMatch(/^FPT:[A-Z][a-z]{3}:/);
  });

  it("can't open a plain value that was written over a token, and will not tokenize it again", async () => {
    const id = await create({ first_name: "Alan" });
    await send(ledger, "POST", `/identities/${id}/tokenize/FirstName`);
    await send(ledger, "PUT", `/identities/${id}`, { first_name: "Plain" });
    expect((await send(ledger, "GET", `/identities/${id}/detokenize/FirstName`)).status).toBe(500);
    expect((await send(ledger, "POST", `/identities/${id}/tokenize/FirstName`)).status).toBe(409);
  });

  it("keeps what was tokenized before the first field that fails", async () => {
    const id = await create({ first_name: "Alan" });
    const answer = await send(ledger, "POST", `/identities/${id}/tokenize`, {
      fields: ["FirstName", "City"],
    });
    expect(codeOf(answer)).toBe("IDT_FIELD_NOT_TOKENIZABLE");
    expect((await send(ledger, "GET", `/identities/${id}/tokenized-fields`)).body).toEqual({
      tokenized_fields: ["FirstName"],
    });
  });

  it("is off without a secret of 32 bytes, after all other checks", async () => {
    for (const tokenizationSecret of [new Uint8Array(0), new Uint8Array(16)]) {
      const open = await openTestLedger(faults, { tokenizationSecret });
      const id = textOf(await send(open, "POST", "/identities", { first_name: "Ann" }), "identity_id");
      expect((await send(open, "POST", `/identities/${id}/tokenize/City`)).status).toBe(400);
      expect((await send(open, "POST", "/identities/idt_none/tokenize/FirstName")).status).toBe(404);
      const refused = await send(open, "POST", `/identities/${id}/tokenize/FirstName`);
      expect([refused.status, codeOf(refused)]).toEqual([403, "IDT_TOKENIZATION_DISABLED"]);
      await open.close();
    }
  });

  it("does not touch the versions of linked balances", async () => {
    const id = await create({ first_name: "Ann" });
    const balance = { ledger_id: "general_ledger_id", currency: "USD", identity_id: id };
    const balanceId = textOf(await send(ledger, "POST", "/balances", balance), "balance_id");
    await send(ledger, "POST", `/identities/${id}/tokenize/FirstName`);
    expect(integerOf(await send(ledger, "GET", `/balances/${balanceId}`), "version")).toBe(1n);
  });
});
