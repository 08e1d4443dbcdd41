import { expect, test } from "vitest";
import { NotTested } from "../evidence/index.ts";
import { type Hung, judgeHung } from "./error-page-cloud-hangs.ts";

const record = "Quillfern 4711";
const loading = "Loading your balances, this may take a moment";
const sorry = "The ledger does not answer. Nothing was changed; try again in a minute.";

function hung(fair: string, bad: string, given: Partial<Hung> = {}): Hung {
  const seen = { fair: { text: fair }, bad: { text: bad, shown: true }, early: bad };
  return { ...seen, waits: true, records: [record], asked: 1, milliseconds: 45_000, ...given };
}

const failing: readonly [what: string, seen: Hung][] = [
  ["says for ever that it loads, however friendly", hung("Ties\n3 balances", `Ties\n${loading}`)],
  ["says for ever that it loads, in a word", hung(`Ties\nReady.\n${record}`, "Ties\nLoading.")],
  ["gives up without a word", hung(`Ties\n${record}`, "Ties\nFailed.", { waits: false })],
  ["stays blank", hung("", "")],
];

test.for(failing)("a page fails that %s", ([, seen]) => {
  expect(judgeHung(seen)).toMatchObject({ verdict: "fail", ground: "missed" });
});

const passing: readonly [what: string, seen: Hung][] = [
  ["when its request has ended", hung("Ties", `Ties\n${sorry}`, { waits: false })],
  ["while its request is left open", hung("Ties", `Ties\n${sorry}`, { early: `Ties\n${loading}` })],
];

test.for(passing)("a page passes that says why %s", ([, seen]) => {
  expect(judgeHung(seen).verdict).toBe("pass");
});

const unsure: readonly [what: string, seen: Hung][] = [
  ["how old it is", hung("Ties\n3 balances\nUpdated just now", "Ties\n3 balances\nUpdated 1 minute ago")],
  ["that it asks anew", hung(`Ties\n${record}\nReady`, `Ties\n${record}\nAsking`)],
];

test.for(unsure)("nobody is accused for a page that shows what it stored and says %s", ([, seen]) => {
  expect(() => judgeHung(seen)).toThrow(NotTested);
});
