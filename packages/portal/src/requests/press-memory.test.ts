import { nameOfCall } from "@annex/protocol";
import { describe, expect, test } from "vitest";
import { browserMemory, type PressKeepers } from "./press-memory.ts";
import { createPresses } from "./presses.ts";

const hour = 60 * 60_000;
const call = "POST /portal/api/pay\n{}";

function storage(): Storage {
  const items: Record<string, string> = {};
  const methods = {
    getItem: (name: string) => items[name] ?? null,
    setItem: (name: string, value: string) => {
      items[name] = value;
    },
    removeItem: (name: string) => {
      delete items[name];
    },
  };
  // As a browser's: the items are its own keys, the methods are not.
  return Object.setPrototypeOf(items, methods);
}

/** A browser with tabs, their history entries and pages. */
function browser({ denied = false } = {}) {
  let time = 10 * hour;
  const shared = storage();
  const deny = (given: Storage) => {
    if (denied) throw new DOMException("Denied.", "SecurityError");
    return given;
  };
  const newTab = () => {
    const own = storage();
    const entries: unknown[] = [null];
    let [shown, writes] = [0, 0];
    let mayWrite = true;
    const listeners: (() => void)[] = [];
    const window = {
      get localStorage() {
        return deny(shared);
      },
      get sessionStorage() {
        return deny(own);
      },
      history: {
        get state() {
          return entries[shown];
        },
        replaceState: (state: unknown) => {
          if (!mayWrite) throw new DOMException("Too often.", "SecurityError");
          writes += 1;
          entries[shown] = structuredClone(state);
        },
      },
      addEventListener: (_name: string, listener: () => void) => void listeners.push(listener),
    } as unknown as PressKeepers;
    let keys = 0;
    const id = Math.random();
    return {
      entries,
      writes: () => writes,
      forbidWrites: () => {
        mayWrite = false;
      },
      page(owner = "instapp_1 user_1") {
        listeners.length = 0;
        const memory = browserMemory(
          window,
          () => owner,
          () => time,
        );
        return createPresses({ memory, now: () => time, newKey: () => [id, keys++].join("-") });
      },
      push: () => {
        entries.splice(shown + 1, Infinity, structuredClone(entries[shown]));
        shown += 1;
      },
      go: (steps: number, sameDocument = true) => {
        shown += steps;
        if (sameDocument) for (const listener of listeners) listener();
      },
    };
  };
  const pass = (milliseconds: number) => {
    time += milliseconds;
  };
  return { shared, newTab, pass };
}

describe.each([{ denied: false }, { denied: true }])("storage denied: $denied", (how) => {
  test("unanswered, the next page goes on for an hour; answered, it is another press", () => {
    const { newTab, pass } = browser(how);
    const tab = newTab();
    const key = tab.page().keyOf(call);
    pass(hour - 1);
    const next = tab.page();
    expect(next.keyOf(call)).toBe(key);
    next.conclude(call, key);
    const another = tab.page().keyOf(call);
    expect(another).not.toBe(key);
    pass(hour);
    expect(tab.page().keyOf(call)).not.toBe(another);
  });

  test("what was seen does not come back to life from an older entry", () => {
    const { newTab, pass } = browser(how);
    const tab = newTab();
    const page = tab.page();
    const key = page.keyOf(call);
    tab.push();
    page.conclude(call, key);
    pass(1);
    const reloaded = tab.page();
    tab.go(-1);
    const another = reloaded.keyOf(call);
    expect(another).not.toBe(key);
    // And the one that is unanswered is found, also by a page that begins at the entry before.
    tab.go(1, false);
    const later = tab.page();
    tab.go(-1);
    expect(later.keyOf(call)).toBe(another);
  });

  test("where the history entry cannot be written, a press is made and concluded all the same", () => {
    const { newTab, pass } = browser(how);
    const tab = newTab();
    tab.forbidWrites();
    const page = tab.page();
    const key = page.keyOf(call);
    page.conclude(call, key);
    expect(page.keyOf(call)).toBe(key);
    pass(1000);
    expect(page.keyOf(call)).not.toBe(key);
  });
});

test("an older entry that a new page begins at holds nothing that this tab has seen", () => {
  const tab = browser().newTab();
  const page = tab.page();
  const key = page.keyOf(call);
  tab.push();
  page.conclude(call, key);
  tab.go(-1, false);
  expect(tab.page().keyOf(call)).not.toBe(key);
});

test("a press that another tab has not seen the end of is its own: pressed twice, lost, reloaded", () => {
  const { newTab, pass } = browser();
  const [one, other] = [newTab(), newTab()];
  const [first, second] = [one.page(), other.page()];
  const key = first.keyOf(call);
  expect(second.keyOf(call)).toBe(key);
  first.conclude(call, key);
  expect(second.keyOf(call)).toBe(key);
  pass(2000);
  const reloaded = other.page();
  expect(reloaded.keyOf(call)).toBe(key);
  reloaded.conclude(call, key);
  // A double press there too.
  expect(reloaded.keyOf(call)).toBe(key);
  pass(1000);
  const another = reloaded.keyOf(call);
  expect(another).not.toBe(key);
  // An answer that comes late ends its own press, not the later one.
  first.conclude(call, key);
  expect(newTab().page().keyOf(call)).toBe(another);
});

test("another member's press is another", () => {
  const { newTab } = browser();
  const key = newTab().page().keyOf(call);
  expect(newTab().page("instapp_1 user_2").keyOf(call)).not.toBe(key);
  expect(newTab().page().keyOf(call)).toBe(key);
});

test("a router's state stays: nothing is written where nothing was pressed, or into what is no plain object", () => {
  const tab = browser().newTab();
  const page = tab.page();
  tab.go(0);
  expect([tab.writes(), tab.entries]).toEqual([0, [null]]);
  for (const state of ["a", ["a"], new Map(), new Date(0)]) {
    tab.entries[0] = state;
    page.keyOf(`${call}${String(state)}`);
    expect(tab.entries[0]).toBe(state);
  }
  tab.entries[0] = { mine: 1 };
  page.keyOf("POST /other\n");
  expect(tab.entries[0]).toMatchObject({ mine: 1, annexPresses: { [nameOfCall("POST /other\n")]: {} } });
});

test("what is remembered has a bound, in number and in age", () => {
  const { shared, newTab, pass } = browser();
  const tab = newTab();
  const page = tab.page();
  for (let index = 0; index < 300; index += 1) page.keyOf(`${call}${index}`);
  const kept = () => Object.keys((tab.entries[0] as { annexPresses: object }).annexPresses);
  expect([kept().length, Object.keys(shared).length]).toEqual([200, 200]);
  pass(hour);
  page.keyOf(call);
  expect(kept()).toEqual([nameOfCall(call)]);
  pass(hour);
  newTab().page();
  expect(Object.keys(shared)).toEqual([]);
});
