import { expect, test, vi } from "vitest";
import type { Answer, Exchange } from "../../evidence/index.ts";
import { liveCalls, mayBeOver, showsWhatWasTyped } from "./live-calls.ts";
import type { Seen } from "./seen.ts";

const answered = (status: number, text: string): Answer => ({
  status,
  headers: { "content-type": "application/json" },
  cookies: [],
  text,
  milliseconds: 1,
  error: null,
});

const call: Exchange = {
  method: "GET",
  url: "https://a.test/api/notes",
  requestHeaders: {},
  requestBody: "",
  answer: answered(200, "Oxbow1"),
};
const seen = {
  urls: ["https://a.test/1", "https://a.test/2"],
  records: ["Oxbow1"],
  marks: ["Oxbow1"],
  exchanges: [call],
} as unknown as Seen;

test("a session that is over by itself shows nothing of what ends sessions", async () => {
  expect(await liveCalls(seen, async () => answered(200, "Oxbow1"))).toEqual([call]);
  await expect(liveCalls(seen, async () => answered(410, "expired"))).rejects.toMatchObject({
    verdict: { verdict: "not_tested", ground: "missed" },
  });
  expect(await liveCalls({ ...seen, exchanges: [] })).toEqual([]);
});

test("nor does one that was last seen to live longer ago than it lives", () => {
  const clock = vi.spyOn(performance, "now").mockReturnValue(20_000);
  expect(mayBeOver({ sessionSeconds: 14 }, 5000)).toBe(true);
  expect(mayBeOver({ sessionSeconds: 14 }, 7000)).toBe(false);
  clock.mockRestore();
});

test("what was typed in and sent has to be seen to come back before each call is known", () => {
  const records = ["Oxbow1", "Heliotrope1"];
  const sent = {
    ...call,
    method: "POST",
    requestBody: '{"note":"Heliotrope1"}',
    answer: answered(200, "{}"),
  };
  const listed = { ...call, answer: answered(200, "Heliotrope1") };
  expect(showsWhatWasTyped({ records, exchanges: [call] }, [call])).toBe(true);
  expect(showsWhatWasTyped({ records, exchanges: [call, sent] }, [call])).toBe(false);
  expect(showsWhatWasTyped({ records, exchanges: [call, sent, listed] }, [call, listed])).toBe(true);
});
