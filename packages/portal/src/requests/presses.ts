/**
 * The keys of presses. Each call that changes something carries one (`Idempotency-Key`): all calls of a member under
 * one key are one call to the app. The same call again is the same press while the first is under way, within a second
 * (a double press), and for as long as nobody knows how the first one ended: then it goes on where that one stopped,
 * also on the page that comes after a reload.
 */
import { nameOfCall } from "@annex/protocol";
import { isOfThisHour, type PressMemory, pageTime, type UnansweredPress } from "./press-memory.ts";

/** Sent again so soon, the same call is a double press. In milliseconds. */
const DOUBLE_PRESS = 1000;
const REMEMBERED = 200;

/** The presses of one page. */
export interface Presses {
  /** The key under which a call is sent; `call` is all of it as one text. */
  keyOf(call: string): string;
  /** The app has said how the call under this key ended, so that the same call is another press from now on. */
  conclude(call: string, key: string): void;
}

/** What presses are made with. */
export interface PressesOptions {
  /** What outlives the page; its own only, unless given. */
  readonly memory?: PressMemory | undefined;
  /** In milliseconds since 1970; a clock that is put back makes no press of later the one of before. */
  readonly now?: (() => number) | undefined;
  /** A random text. */
  readonly newKey?: () => string;
}

/**
 * Remembers presses.
 *
 * @example
 * const presses = createPresses({ memory: browserMemory(window, owner) });
 */
export function createPresses(options: PressesOptions = {}): Presses {
  const { memory = pageMemory(), now = pageTime, newKey = randomKey } = options;
  // When each call was pressed here last, under which key, and whether its end was seen.
  const pressed = new Map<string, UnansweredPress & { readonly isConcluded: boolean }>();
  return {
    keyOf(call) {
      const name = nameOfCall(call);
      const last = pressed.get(name);
      if (last?.isConcluded === true && isDoublePress(last.at, now())) return last.key;
      const unanswered = memory.get(name);
      const lasts = unanswered !== undefined && isOfThisHour(unanswered.at, now());
      const press = lasts ? unanswered : { key: newKey(), at: now() };
      // Also one of another tab: what that tab hears of it, this one has not.
      memory.set(name, press);
      keepLatest(pressed, name, { key: press.key, at: now(), isConcluded: false });
      return press.key;
    },
    conclude(call, key) {
      const name = nameOfCall(call);
      memory.delete(name, key);
      const last = pressed.get(name);
      if (last?.key === key) keepLatest(pressed, name, { ...last, isConcluded: true });
    },
  };
}

/** A clock that was put back makes none. */
function isDoublePress(at: number, now: number): boolean {
  return now >= at && now - at < DOUBLE_PRESS;
}

function pageMemory(): PressMemory {
  const presses = new Map<string, UnansweredPress>();
  return {
    get: (name) => presses.get(name),
    set: (name, press) => keepLatest(presses, name, press),
    delete: (name, key) => {
      if (presses.get(name)?.key === key) presses.delete(name);
    },
  };
}

function keepLatest<Press>(presses: Map<string, Press>, name: string, press: Press): void {
  presses.delete(name);
  presses.set(name, press);
  const [oldest] = presses.keys();
  if (presses.size > REMEMBERED && oldest !== undefined) presses.delete(oldest);
}

// Not `randomUUID`, which a page on a plain http host does not have.
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
