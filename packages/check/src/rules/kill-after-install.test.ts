import { expect, test } from "vitest";
import { type Answer, succeeded } from "../evidence/index.ts";
import { judgeLost } from "./kill-after-install.ts";
import { askedUntil } from "./parts/asking.ts";

const answer = (status: number): Answer => ({
  status,
  headers: {},
  cookies: [],
  text: "",
  milliseconds: 1,
  error: null,
});
const gone = "An acknowledged install was gone after a crash.";

test("what an app refuses after a crash is lost, in one crash of many", () => {
  const lost = [
    { what: gone, answer: answer(403) },
    { what: "Another was not accepted.", answer: answer(503) },
  ];
  expect(judgeLost(lost)).toMatchObject({ verdict: "fail", ground: "seen", standsOn: ["portal-accepted"] });
});

test("what an app that is not ready can't do just now is looked at again", () => {
  expect(judgeLost([{ what: gone, answer: answer(503) }])).toMatchObject({
    verdict: "fail",
    ground: "missed",
  });
});

test("who is not ready is asked for longer than who refuses", async () => {
  const asking = (...statuses: readonly number[]) => {
    const left = [...statuses];
    return askedUntil(async () => answer(left.shift() ?? 200), succeeded, { refusing: 0, unready: 10_000 });
  };
  expect((await asking(503, 503, 200)).status).toBe(200);
  expect((await asking(403, 403, 403, 200)).status).toBe(403);
});
