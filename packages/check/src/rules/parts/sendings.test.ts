import { EventEmitter } from "node:events";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { isWaitedFor, watchSendings } from "./sendings.ts";

/** A page whose requests go out and are answered as it is told, at times that it is told. */
function page(before: readonly string[] = []) {
  const events = new EventEmitter();
  let time = 0;
  const sendings = watchSendings(events as unknown as Page, before, () => time);
  const send = (path: string, method = "POST", body = "") => {
    const request = {
      method: () => method,
      url: () => `https://app.example${path}`,
      postData: () => body,
      isNavigationRequest: () => false,
      timing: () => ({ startTime: -1 }),
    };
    events.emit("request", request);
    return (status = 200) => events.emit("response", { request: () => request, status: () => status });
  };
  return {
    sendings,
    send,
    at: (next: number) => {
      time = next;
    },
    press: () => sendings.press(async () => undefined),
  };
}

describe("what a page sends by itself", () => {
  test("is not what was pressed, however often it is sent and answered", async () => {
    const { sendings, send, press } = page();
    send("/news")();
    await press();
    send("/news")();
    const answer = send("/post");
    send("/news")();
    expect(sendings.isTaken()).toBe(false);
    answer();
    expect(sendings.isTaken()).toBe(true);
    expect(sendings.own().map(({ what }) => what)).toEqual(["POST https://app.example/post "]);
  });

  test("is known also where it was sent before the page was watched, and told by its body where all go one way", async () => {
    const { sendings, send, press } = page(['POST https://app.example/graphql {"query":"news"}']);
    await press();
    send("/graphql", "POST", '{"query":"news"}')();
    expect([sendings.isAnswered(), sendings.isTaken()]).toEqual([false, false]);
    send("/graphql", "POST", '{"mutation":"post"}')();
    expect(sendings.isTaken()).toBe(true);
  });
});

describe("what was pressed", () => {
  test("is taken when the app says yes, and not by what it only asks for", async () => {
    const { sendings, send, press } = page();
    await press();
    send("/overview", "GET")();
    expect(sendings.isTaken()).toBe(false);
    send("/post")(202);
    expect(sendings.isTaken()).toBe(true);
  });

  test("is not where the app says no, nor by what else it sent then", async () => {
    const { sendings, send, press } = page();
    await press();
    const [seen, answer] = [send("/seen"), send("/post")];
    seen(204);
    answer(503);
    expect([sendings.isAnswered(), sendings.isTaken()]).toEqual([true, false]);
  });
});

const write = (at: number, endedAt: number | null) => ({ at, endedAt });

describe("what is done when somebody presses", () => {
  /** Pressed at 0, answered at 100, with what is sent meanwhile answered at once. */
  async function pressed(poll: string) {
    const { sendings, send, press, at } = page();
    await press();
    const answer = send("/post");
    for (const time of [20, 50, 80]) {
      at(time);
      send(poll, "POST", String(time))();
    }
    at(100);
    answer();
    return sendings.own();
  }

  test("is waited for where one request spans it all, whatever else is sent and answered meanwhile", async () => {
    expect(isWaitedFor([write(10, 30), write(40, 90)], await pressed("/news"))).toBe(true);
  });

  test("goes on behind the page where it is done after that request, though later ones are answered later", async () => {
    const own = await pressed("/news");
    expect(isWaitedFor([write(10, 30), write(110, 130)], own)).toBe(false);
    const late = { what: "POST /news", sentAt: 140, answeredAt: 150 };
    expect(isWaitedFor([write(110, 130)], [...own, late])).toBe(false);
  });

  test("is waited for where its answer has not come", () => {
    expect(isWaitedFor([write(10, 30)], [{ what: "POST /post", sentAt: 5 }])).toBe(true);
    expect(isWaitedFor([write(10, null)], [{ what: "POST /post", sentAt: 5 }])).toBe(false);
  });

  test("is not known to go on behind a page that sent nothing", () => {
    expect(isWaitedFor([write(10, 30)], [])).toBe(true);
    expect(isWaitedFor([], [])).toBe(false);
  });
});
