import { expect, test } from "vitest";
import { NotTested } from "../../evidence/index.ts";
import type { BrowserVisit } from "../../world/index.ts";
import { judgeFailure } from "../error-page-app-failed.ts";
import { isNewlyRefused, judgeBadDay, judgeRefusalPage, judgeWords } from "./error-pages.ts";

const url = "http://localhost:4000/portal/enter?token=x";

function visit(text: string, html = `<p>${text}</p>`, status = 410): BrowserVisit {
  const answer = { status, headers: {}, cookies: [], text: html, milliseconds: 3, error: null };
  const exchanges = [{ method: "GET", url, requestHeaders: {}, requestBody: "", answer }];
  const nothing = {
    storage: "",
    history: [],
    console: [],
    unasked: [],
    hasPlantedElement: false,
    trouble: undefined,
  };
  return { shown: true, finalUrl: url, text, html, exchanges, ...nothing };
}

const words = "Session expired.";
const cases: readonly [what: string, seen: BrowserVisit, ground: "seen" | "missed"][] = [
  ["that is its own last word", visit(words), "seen"],
  ["that is blank for good", visit("", "<!doctype html>"), "seen"],
  ["that a script may add to", visit(words, `<p>${words}</p><script src="/page.js"></script>`), "missed"],
  [
    "that loads itself anew",
    visit(words, `<meta http-equiv="refresh" content="1"><p>${words}</p>`),
    "missed",
  ],
  ["of an app that refused nothing", visit(words, `<p>${words}</p>`, 200), "missed"],
];

test.for(cases)("a poor page %s", ([, page, ground]) => {
  expect(judgeRefusalPage(page)).toMatchObject({ verdict: "fail", ground });
});

const fair = { text: "Ledgers of Blnk Cloud" };
const failures: readonly [what: string, text: string, verdict: "pass" | "warning"][] = [
  [
    "that says it was Cloud, and nothing to ask about it",
    "Blnk Cloud antwortet nicht. Bitte versuchen Sie es in einer Minute noch einmal.",
    "warning",
  ],
  ["with a reference", "Something went wrong here. Try again, or tell us the number 3fa94c1b.", "pass"],
  ["of which nothing can be found", "Something went wrong here. Try again in a minute.", "warning"],
];

test.for(failures)("a failure's page %s", ([, text, verdict]) => {
  expect(judgeFailure({ fair, bad: { text, shown: true }, asked: 1 }).verdict).toBe(verdict);
});

test("what only reads as a program's words is looked at again before it counts", () => {
  const words = "TypeError: Cannot read properties of undefined (reading 'data' of the answer)";
  expect(judgeWords(words)).toMatchObject({
    verdict: "fail",
    ground: "missed",
    evidence: expect.stringContaining("insides"),
  });
});

const notes = { text: "Notes" };
const says = (text: string) => ({ text: `Notes\n${text}`, shown: true });

test("what was pressed and taken on a bad day too has nothing to explain, whatever it says", () => {
  const judge = (text: string, isTaken: boolean) =>
    judgeBadDay({ fair: notes, bad: says(text), asked: 1, isTaken }).verdict;
  expect(() => judge("Run 2 is in the queue", true)).toThrow(NotTested);
  expect(judge("Error", false)).toBe("fail");
  expect(judge("The ledger does not answer, so wait a minute and try again.", true)).toBe("pass");
});

test("what was refused on a fair day already is no sign of a bad one", () => {
  const [fair, bad] = [visit(words, words, 202), visit(words, words, 503)];
  expect([isNewlyRefused(fair, bad), isNewlyRefused(bad, bad), isNewlyRefused(bad, fair)]).toEqual([
    true,
    false,
    false,
  ]);
});
