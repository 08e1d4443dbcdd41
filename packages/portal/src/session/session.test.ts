import { expect, test } from "vitest";
import { chooseSession, openSession, readSessionBlock } from "./session.ts";
import type { BrowserTab } from "./tab.ts";

interface TestTab extends BrowserTab {
  readonly addresses: string[];
  readonly storage: Map<string, string>;
  state: unknown;
}

function tabWith(options: {
  block?: string;
  state?: unknown;
  stored?: string;
  framed?: boolean;
  path?: string;
}) {
  const storage = new Map(options.stored === undefined ? [] : [["annex.session", options.stored]]);
  let block = options.block;
  const tab: TestTab = {
    addresses: [],
    storage,
    state: options.state ?? null,
    framed: options.framed ?? false,
    path: options.path ?? "/portal",
    takeSessionBlock: () => {
      const taken = block;
      block = undefined;
      return taken;
    },
    historyState: () => tab.state,
    replaceEntry: (state, address) => {
      tab.state = state;
      if (address !== undefined) tab.addresses.push(address);
    },
    readStored: (key) => storage.get(key),
    writeStored: (key, value) => storage.set(key, value),
  };
  return tab;
}

test("the entered session is kept in the entry and the address loses its token", () => {
  const tab = tabWith({ block: '{"session":"s1"}', path: "/portal/enter", framed: true });
  expect(openSession(tab)?.authorization()).toBe("Bearer s1");
  expect(tab.state).toEqual({ annexSession: "s1" });
  expect(tab.addresses).toEqual(["/portal"]);
});

test("a frame never touches the storage that other frames of the tab share", () => {
  const tab = tabWith({ block: '{"session":"mine"}', stored: "another tenant's", framed: true });
  openSession(tab);
  expect(tab.storage.get("annex.session")).toBe("another tenant's");
  expect(openSession(tabWith({ stored: "another tenant's", framed: true }))).toBeUndefined();
});

test("a reload resumes from the entry, at the address it is on", () => {
  const tab = tabWith({ state: { annexSession: "s1" }, path: "/portal/runs/run_1", framed: true });
  expect(openSession(tab)?.authorization()).toBe("Bearer s1");
  expect(tab.addresses).toEqual([]);
});

test("a tab of its own resumes from its storage when an address is typed", () => {
  expect(openSession(tabWith({ stored: "s1", path: "/portal/runs/run_1" }))?.authorization()).toBe(
    "Bearer s1",
  );
});

test("entering a second tenant in the same tab replaces the first everywhere", () => {
  const tab = tabWith({ block: '{"session":"b"}', state: { annexSession: "a", other: 1 }, stored: "a" });
  expect(openSession(tab)?.authorization()).toBe("Bearer b");
  expect(tab.state).toEqual({ annexSession: "b", other: 1 });
  expect(tab.storage.get("annex.session")).toBe("b");
});

test("without a session the token still leaves the address", () => {
  const tab = tabWith({ path: "/portal/enter" });
  expect(openSession(tab)).toBeUndefined();
  expect(tab.addresses).toEqual(["/portal"]);
});

test("printing a session shows no secret", () => {
  const session = openSession(tabWith({ block: '{"session":"very-secret"}' }));
  expect(`${JSON.stringify(session)} ${String(session)}`).not.toContain("very-secret");
});

test.each([undefined, "", "{", "null", "[]", '"s1"', "{}", '{"session":1}', '{"session":""}'])(
  "the block %j holds no session",
  (text) => {
    expect(readSessionBlock(text)).toBeUndefined();
  },
);

test("precedence: entered, remembered, stored", () => {
  expect(chooseSession({ entered: "e", remembered: "r", stored: "s" })).toBe("e");
  expect(chooseSession({ entered: undefined, remembered: "r", stored: "s" })).toBe("r");
  expect(chooseSession({ entered: undefined, remembered: undefined, stored: "s" })).toBe("s");
});
