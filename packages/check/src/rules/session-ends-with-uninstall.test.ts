import { expect, test } from "vitest";
import { type Answer, type Exchange, NotTested } from "../evidence/index.ts";
import type { Seen } from "./parts/seen.ts";
import { callsBeside, harmedBeside, judgeEnded } from "./session-ends-with-uninstall.ts";

const typed = "Heliotrope1";

const answer = (status: number, text = ""): Answer => ({
  status,
  headers: { "content-type": "application/json" },
  cookies: [],
  text,
  milliseconds: 1,
  error: null,
});
const call = (text: string, path = "/api/notes"): Exchange => ({
  method: "GET",
  url: `https://app.example${path}`,
  requestHeaders: {},
  requestBody: "",
  answer: answer(200, text),
});
const notes = call(typed);
const again = (status: number, text = "") => [{ call: notes, answer: answer(status, text) }];

test.for([401, 403, 410])("a session of another installation that is answered %i has ended", (status) => {
  expect(harmedBeside(again(403), again(status), typed).endedBeside?.call).toBe(notes);
});

test("404 ends a session where the app answers so in those that have ended, and nowhere else", () => {
  expect(harmedBeside(again(404), again(404), typed).endedBeside?.call).toBe(notes);
  expect(harmedBeside(again(403), again(404), typed).endedBeside).toBeUndefined();
});

test("what was typed in at another installation is lost where its call is answered without it", () => {
  expect(harmedBeside(again(403), again(200, "[]"), typed).lost).toBe(notes);
  expect(harmedBeside(again(403), again(200, typed), typed).lost).toBeUndefined();
  // What failed says nothing of what is stored.
  expect(harmedBeside(again(403), again(503), typed)).toEqual({ endedBeside: undefined, lost: undefined });
});

test("of another installation's page the last visit is asked again, and where it is over nothing is said", async () => {
  const first = call(typed, "/api/first");
  const page = {
    urls: [notes.url],
    records: [typed],
    marks: [],
    exchanges: [first, notes],
    second: { exchanges: [notes] },
  };
  const asked: Exchange[] = [];
  const ask = (status: number) => async (one: Exchange) => {
    asked.push(one);
    return answer(status, status === 200 ? typed : "");
  };
  expect(await callsBeside(page as unknown as Seen, ask(200))).toEqual([notes]);
  expect(asked).toEqual([notes]);
  expect(await callsBeside(page as unknown as Seen, ask(410))).toEqual([]);
});

const ended = {
  marks: [typed],
  again: again(403),
  endedBeside: undefined,
  lost: undefined,
  late: false,
  link: answer(403),
  reopened: again(403),
  isLearned: true,
};

test("an uninstall that ends its own session passes", () => {
  expect(judgeEnded(ended).verdict).toBe("pass");
});

test("one that ends another's, or loses what was typed in there, is looked at again and fails", () => {
  const [endedBeside] = again(401);
  expect(judgeEnded({ ...ended, endedBeside })).toMatchObject({ verdict: "fail", ground: "missed" });
  expect(judgeEnded({ ...ended, lost: notes })).toMatchObject({ verdict: "fail", ground: "missed" });
});

test("a session that may have been over by itself shows nothing, and one that still answers is harm all the same", () => {
  expect(() => judgeEnded({ ...ended, late: true })).toThrow(NotTested);
  expect(judgeEnded({ ...ended, late: true, again: again(200, typed) })).toMatchObject({
    verdict: "fail",
    harm: true,
  });
});
