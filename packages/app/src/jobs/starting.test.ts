/** What stands in the table of keys is kept over an upgrade, and read by the next version. */
import { hash } from "node:crypto";
import { expect, test } from "vitest";
import type { Job } from "./interface.ts";
import { prepareStarts } from "./starting.ts";

const job = { name: "pay", options: {} } as unknown as Job<never, unknown>;
const input = { to: "acct_1", amount: 5n };
const asWritten = hash("sha256", '{"to":"acct_1","amount":{"$bigint":"5"}}', "base64url");

// With another key, a run that an upgrade interrupted would start what it has started once more: paid twice.
test("what a run starts has the key that earlier versions gave it, by the input as it is written", () => {
  const prepare = prepareStarts(() => true, "instapp_1", { id: "run_1", keysExpireAt: 7 });
  expect(prepare(job, input).key).toEqual({
    text: `parent/run_1/${asWritten}/1`,
    fingerprint: asWritten,
    expiresAt: 7,
  });
  expect(prepare(job, input).key?.text).toBe(`parent/run_1/${asWritten}/2`);
});

test("under a key of the app's own the order of the fields says nothing, and what earlier versions kept is known", () => {
  const prepare = prepareStarts(() => true, "instapp_1");
  const one = prepare(job, input, { idempotencyKey: "december" }).key;
  const other = prepare(job, { amount: 5n, to: "acct_1" }, { idempotencyKey: "december" }).key;
  expect(one).toMatchObject({ text: "key/december", fingerprintAsWritten: asWritten });
  expect(other?.fingerprint).toBe(one?.fingerprint);
  expect(prepare(job, { to: "acct_2" }, { idempotencyKey: "december" }).key?.fingerprint).not.toBe(
    one?.fingerprint,
  );
});
