import { openRecord, recordMessage, recordsTold, showRecord } from "@annex/protocol";
import { expect, test } from "vitest";
import { watchDashboard } from "./dashboard.ts";

const origin = "https://cloud.blnkfinance.com";
const record = { collection: "transactions", id: "txn_1" } as const;

type Sent = { readonly message: unknown; readonly to: string };

/** A framed page, and what is said to the window around it. */
function framed() {
  const sent: Sent[] = [];
  const parent = { postMessage: (message: unknown, to: string) => sent.push({ message, to }) };
  let hear: ((message: unknown) => void) | undefined;
  const page = {
    parent,
    addEventListener: (_type: string, listener: (message: unknown) => void) => {
      hear = listener;
    },
  } as unknown as Window;
  const say = (data: unknown, from: object = {}) => hear?.({ source: parent, origin, data, ...from });
  return { page, sent, say };
}

test("it asks, links once it is told, and hands a click to the origin that answered", () => {
  const { page, sent, say } = framed();
  const dashboard = watchDashboard(page, () => undefined);
  expect(sent).toEqual([{ message: { type: recordMessage.asked }, to: "*" }]);
  let changes = 0;
  const stop = dashboard.subscribe(() => {
    changes += 1;
  });
  dashboard.open(record);
  expect([dashboard.addressOf(record), sent.length]).toEqual([undefined, 1]);

  say(recordsTold(`${origin}/i/inst_1`));
  expect([dashboard.addressOf(record), changes]).toEqual([`${origin}/i/inst_1/transactions/txn_1`, 1]);
  dashboard.open(record);
  expect(sent.at(-1)).toEqual({ message: openRecord(record), to: origin });
  stop();
  say(recordsTold(`${origin}/i/inst_2`));
  expect(changes).toBe(1);
});

test("only the dashboard around the frame is heard", () => {
  const { page, say } = framed();
  const shown: unknown[] = [];
  const dashboard = watchDashboard(page, (each) => shown.push(each));
  for (const from of [{ source: {} }, { origin: "https://evil.io" }, { origin: "null" }]) {
    say(showRecord(record), from);
    say(recordsTold(`${origin}/i/inst_1`), from);
  }
  expect([shown, dashboard.addressOf(record)]).toEqual([[], undefined]);
  say(showRecord(record));
  expect(shown).toEqual([record]);
});

test("a page in a tab of its own asks nobody", () => {
  const page = { addEventListener: () => expect.unreachable() } as unknown as Window;
  Object.assign(page, { parent: page });
  expect(watchDashboard(page, () => undefined).addressOf(record)).toBeUndefined();
});
