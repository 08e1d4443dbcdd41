/**
 * The keys of presses. Each call that changes something carries one (`Idempotency-Key`): all calls of a member under
 * one key are one call to the app. The same call again is the same press while the first is under way, within a second
 * (a double press), and for as long as nobody knows how the first one ended: then it goes on where that one stopped,
 * also on the page that comes after a reload.
 */
import { nameOfCall } from "@annex/protocol";
import { type PressMemory, UNANSWERED_KEPT, type UnansweredPress } from "./press-memory.ts";

/** Sent again so soon, the same call is a double press. In milliseconds. */
const DOUBLE_PRESS = 1000;
const REMEMBERED = 200;

/** The presses of one page. */
export interface Presses {
  /** The key under which a call is sent; `call` is all of it as one text. */
  keyOf(call: string): string;
  /** The app has said how the call ended, so that the same call is another press from now on. */
  conclude(call: string): void;
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
  const concluded = new Map<string, UnansweredPress>();
  return {
    keyOf(call) {
      const name = nameOfCall(call);
      const ended = concluded.get(name);
      if (ended !== undefined && now() >= ended.at && now() - ended.at < DOUBLE_PRESS) return ended.key;
      const unanswered = memory.get(name);
      if (unanswered !== undefined && now() - unanswered.at < UNANSWERED_KEPT) return unanswered.key;
      const key = newKey();
      memory.set(name, { key, at: now() });
      return key;
    },
    conclude(call) {
      const name = nameOfCall(call);
      const press = memory.get(name);
      if (press === undefined) return;
      memory.delete(name);
      keepLatest(concluded, name, press);
    },
  };
}

function pageMemory(): PressMemory {
  const presses = new Map<string, UnansweredPress>();
  return {
    get: (name) => presses.get(name),
    set: (name, press) => keepLatest(presses, name, press),
    delete: (name) => presses.delete(name),
  };
}

function keepLatest(presses: Map<string, UnansweredPress>, name: string, press: UnansweredPress): void {
  presses.delete(name);
  presses.set(name, press);
  const [oldest] = presses.keys();
  if (presses.size > REMEMBERED && oldest !== undefined) presses.delete(oldest);
}

/** Goes on evenly whatever is done to the clock while the page is there, and from one page to the next. */
function pageTime(): number {
  return performance.timeOrigin + performance.now();
}

// Not `randomUUID`, which a page on a plain http host does not have.
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
