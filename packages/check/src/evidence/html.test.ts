import { expect, test } from "vitest";
import { newWords, readsAsExplanation } from "./html.ts";

test("a time that went on and a number that is another say nothing new", () => {
  const before = "Updated 12:03\n3 ledgers\nAsk your administrator for help.";
  expect(newWords(before, "Updated 12:04\n0 ledgers\nAsk your administrator for help.")).toBe("");
  expect(newWords(before, "Updated 12:04\nInstall the app again.")).toBe("Install the app again.");
});

const toPrograms = [
  "TypeError: Cannot read properties of undefined (reading 'data' of the answer)",
  'Error: {"error":"The instance does not answer at the moment.","code":"instance_unavailable","next":"Try it again later."}',
  "KeyError: 'balance' was not found in what the ledger answered. Have a look at line 40 of it.",
  'Error: {\n  "error": "The instance does not answer",\n  "next": ["Try it again", "or ask whoever runs it"]\n}',
  'Error: {"error":"The instance does not answer at the moment, as it was stopped by',
  "com.stripe.exception.AuthenticationException: Invalid API Key provided, expired or not of this account at all",
];
test.for(toPrograms)("%s is no explanation for a person", (text) => {
  expect(readsAsExplanation(text)).toMatchObject({ ok: false, why: expect.stringContaining("program") });
});

const toPeople = [
  'Stripe answered {"code":"card_error"}.\nNothing was changed in your ledger. Wait a minute and try again, or ask whoever runs the app for help.\n[Try again]',
  'Missing permissions: ["data:write"]\nThe app may not write to this ledger. Ask your administrator to grant it (see {docs}).',
  "ConnectionError: The ledger can not be reached at the moment. Nothing was changed; wait a minute and try again.",
  "app.errors.LedgerError: The ledger can't be reached. Nothing was changed; wait a minute and try again.",
  "Error: the ledger can't be reached at the moment. Try again in a minute.",
  "Stripe does not answer (ECONNREFUSED), and nothing was changed. Try again later, or ask your administrator.",
  'The payment was refused by Stripe. Ask whoever runs the app, with this: {"type":"card_error","code":"declined"}',
  "Das Hauptbuch antwortet gerade nicht, es wurde nichts geändert. Versuchen Sie es in einer Minute erneut.",
];
test.for(toPeople)("%s is one", (text) => {
  expect(readsAsExplanation(text).ok).toBe(true);
});

/** Each took seconds where a pattern began anew at every place. */
const long = ['{"x,', "a.", "at a (", '{"a":[', "<a", "aError"];
test.for(long)("a page of nothing but %s is judged at once", (piece) => {
  const begun = performance.now();
  readsAsExplanation(`The ledger does not answer, so try again later. ${piece.repeat(100_000)}`);
  expect(performance.now() - begun).toBeLessThan(1000);
});

test("the letters of a reference are no words", () => {
  const status = "429 Too Many Requests rate_limited Reference: ";
  expect(["0074ac20", "23d4cba4", "a1b2c3d4e5"].map((one) => readsAsExplanation(status + one).ok)).toEqual([
    false,
    false,
    false,
  ]);
});
