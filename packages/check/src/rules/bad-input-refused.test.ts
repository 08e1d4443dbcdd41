import { expect, test } from "vitest";
import { type Answer, NotTested } from "../evidence/index.ts";
import { judgeBadInput } from "./bad-input-refused.ts";

const answer = (status: number): Answer => ({
  status,
  headers: {},
  cookies: [],
  text: "",
  milliseconds: 1,
  error: null,
});
const refused = {
  door: "install",
  field: "api_key",
  change: "left out",
  answer: answer(400),
  effective: false,
} as const;

test("what is refused and stored nowhere passes, and what is stored fails", () => {
  expect(judgeBadInput([refused]).verdict).toBe("pass");
  expect(judgeBadInput([refused, { ...refused, effective: true }]).verdict).toBe("fail");
});

test("an app that launches whatever it is asked for is not said to have stored nothing", () => {
  const unknown = { ...refused, isUnknown: true } as const;
  expect(() => judgeBadInput([refused, unknown])).toThrow(NotTested);
  // What it accepts is found all the same.
  expect(judgeBadInput([unknown, { ...refused, answer: answer(200) }]).verdict).toBe("fail");
});
