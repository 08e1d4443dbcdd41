import { expect, test } from "vitest";
import { happeningIn, withHappening } from "./happenings.ts";

const call = (id: string) =>
  happeningIn("call", JSON.stringify({ request_id: id, time: "2026-01-01T00:00:00Z" }));

test("a call and a delivery are read by their own ids", () => {
  expect(call("req_1")).toMatchObject({ id: "req_1", body: { kind: "call" } });
  const delivery = JSON.stringify({ delivery_id: "dlv_1", sent_at: "2026-01-01T00:00:00Z" });
  expect(happeningIn("delivery", delivery)).toMatchObject({ id: "dlv_1", body: { kind: "delivery" } });
});

test.each([
  ["call", "not JSON"],
  ["call", "null"],
  ["call", '{"delivery_id":"dlv_1"}'],
  ["other", '{"request_id":"req_1"}'],
])("an event %s of %s is none", (type, data) => {
  expect(happeningIn(type, data)).toBeUndefined();
});

test("the newest comes first, one that is told again stays in its place, and no more than 100 are kept", () => {
  let list: ReturnType<typeof withHappening> = [];
  for (let number = 0; number < 120; number += 1) {
    const happening = call(`req_${number}`);
    if (happening !== undefined) list = withHappening(list, happening);
  }
  expect([list.length, list[0]?.id, list[99]?.id]).toEqual([100, "req_119", "req_20"]);
  const again = call("req_100");
  expect(again && withHappening(list, again).map(({ id }) => id)).toEqual(list.map(({ id }) => id));
});
