import { EventEmitter } from "node:events";
import type { Page, WebSocket } from "playwright-core";
import { expect, test } from "vitest";
import { watchMessages } from "./messages.ts";

function socket() {
  const events = new EventEmitter();
  return {
    it: Object.assign(events, { url: () => "wss://app.example/live" }) as unknown as WebSocket,
    say: (payload: string) => events.emit("framesent", { payload }),
    hear: (payload: string) => events.emit("framereceived", { payload }),
  };
}

test("what is said over a socket when somebody presses is taken when the app has said something after it", () => {
  const { it, say, hear } = socket();
  const messages = watchMessages(new EventEmitter() as unknown as Page, [it]);
  say("ping");
  messages.press();
  say("ping");
  hear("pong");
  expect([messages.isSent(), messages.isAnswered()]).toEqual([false, false]);
  say("set up");
  expect([messages.isSent(), messages.isAnswered()]).toEqual([true, false]);
  hear("done");
  expect(messages.isAnswered()).toBe(true);
});

test("a socket that is opened for it counts, and what another one hears does not", () => {
  const page = new EventEmitter();
  const [first, later] = [socket(), socket()];
  const messages = watchMessages(page as unknown as Page, [first.it]);
  messages.press();
  page.emit("websocket", later.it);
  later.say("set up");
  first.hear("news");
  expect(messages.isAnswered()).toBe(false);
  later.hear("done");
  expect(messages.isAnswered()).toBe(true);
});
