import { expect, onTestFinished, test, vi } from "vitest";
import { eventsIn, listenTo } from "./event-stream.ts";

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

test("a line that breaks is asked for again; one whose session has ended is not, and that is told", async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const statuses = [503, 200, 404, 401];
  const asked = vi.fn(async () => new Response("", { status: statuses.shift() ?? 500 }));
  vi.stubGlobal("fetch", asked);
  const told: unknown[] = [];
  const listener = {
    onConnected: (connected: boolean) => told.push(connected),
    onEvent: () => undefined,
    onSessionLost: () => told.push("session lost"),
  };
  const closing = new AbortController();
  onTestFinished(() => closing.abort());
  const listening = listenTo("/api/events", listener, closing.signal);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveBeenCalledTimes(4);
  expect(told).toEqual([false, true, false, false, false, "session lost"]);
  await listening;
});
