import { expect, test } from "vitest";
import { eventsIn } from "./event-stream.ts";

test("events are read whole, wherever the line is cut, and a comment is none", () => {
  const sent = ': still here\n\nevent: call\ndata: {"a":\ndata: 1}\n\nevent: delivery\ndata: {}\n\nevent: ca';
  const whole = eventsIn(sent);
  expect(whole).toEqual({
    events: [
      { type: "call", data: '{"a":\n1}' },
      { type: "delivery", data: "{}" },
    ],
    rest: "event: ca",
  });
  for (let cut = 0; cut <= sent.length; cut += 1) {
    const first = eventsIn(sent.slice(0, cut));
    const second = eventsIn(first.rest + sent.slice(cut));
    expect([...first.events, ...second.events]).toEqual(whole.events);
  }
});
