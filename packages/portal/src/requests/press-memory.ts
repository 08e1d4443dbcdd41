/**
 * What outlives a page of the presses whose end it has not seen: pressed again after a reload, after going back or in
 * another tab, the same call goes on where the first one stopped. The history entry keeps them, which survives a reload
 * and belongs to one frame; the browser's storage keeps them for all tabs of the member, where a frame may store anything.
 * Neither holds a session, or what was asked: only names of calls and their keys.
 */

/** A press whose end nobody has seen. */
export interface UnansweredPress {
  readonly key: string;
  /** When it was first sent, in milliseconds since 1970. */
  readonly at: number;
}

/** Presses by the name of their call. */
export interface PressMemory {
  get(name: string): UnansweredPress | undefined;
  set(name: string, press: UnansweredPress): void;
  delete(name: string): void;
}

/** The few things of a window that keep presses. */
export type PressKeepers = Pick<Window, "history" | "localStorage" | "addEventListener">;

const STATE_KEY = "annexPresses";
const STORED_PREFIX = "annex.press.";

/** So long a press whose end nobody has seen is remembered, in milliseconds. */
export const UNANSWERED_KEPT = 60 * 60_000;

/** Runs something that a browser may forbid in a cross-site frame, and answers `undefined` when it does. */
function whereAllowed<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    // Denied storage throws on the mere access; the history entry still remembers.
    return undefined;
  }
}

/**
 * The memory of a page.
 *
 * @param owner whose presses they are, such as installation and member; nobody's are kept for other tabs while unknown
 * @example
 * createPresses({ memory: browserMemory(window, () => "instapp_1 user_1") });
 */
export function browserMemory(window: PressKeepers, owner: () => string | undefined): PressMemory {
  const known = new Map<string, UnansweredPress>();
  const forgotten = new Set<string>();
  const remember = () => {
    for (const [name, press] of pressesIn(window.history.state))
      if (!known.has(name) && !forgotten.has(name)) known.set(name, press);
    const { state } = window.history;
    // An entry that somebody else's router made something of is left alone.
    if (state !== null && (typeof state !== "object" || Array.isArray(state))) return;
    window.history.replaceState({ ...state, [STATE_KEY]: Object.fromEntries(known) }, "");
  };
  for (const [name, press] of pressesIn(window.history.state)) known.set(name, press);
  // An entry that is come back to remembers what was true when it was left.
  window.addEventListener("popstate", remember);
  const storedName = (name: string) => {
    const whose = owner();
    return whose === undefined ? undefined : `${STORED_PREFIX}${whose}.${name}`;
  };
  return {
    get: (name) => {
      const key = storedName(name);
      const stored = key === undefined ? undefined : whereAllowed(() => window.localStorage.getItem(key));
      return known.get(name) ?? pressIn(stored ?? undefined);
    },
    set: (name, press) => {
      known.set(name, press);
      forgotten.delete(name);
      remember();
      const key = storedName(name);
      if (key === undefined) return;
      whereAllowed(() => forgetOld(window.localStorage, press.at));
      whereAllowed(() => window.localStorage.setItem(key, JSON.stringify(press)));
    },
    delete: (name) => {
      known.delete(name);
      forgotten.add(name);
      remember();
      const key = storedName(name);
      if (key !== undefined) whereAllowed(() => window.localStorage.removeItem(key));
    },
  };
}

function pressesIn(state: unknown): readonly [string, UnansweredPress][] {
  const presses: unknown =
    typeof state === "object" && state !== null ? Reflect.get(state, STATE_KEY) : undefined;
  if (typeof presses !== "object" || presses === null) return [];
  return Object.entries(presses).filter(([, press]) => isUnanswered(press));
}

function pressIn(text: string | undefined): UnansweredPress | undefined {
  const press = text === undefined ? undefined : whereAllowed((): unknown => JSON.parse(text));
  return isUnanswered(press) ? press : undefined;
}

function isUnanswered(value: unknown): value is UnansweredPress {
  if (typeof value !== "object" || value === null) return false;
  return typeof Reflect.get(value, "key") === "string" && typeof Reflect.get(value, "at") === "number";
}

/** Pages that never came back leave their presses behind. */
function forgetOld(storage: Storage, now: number): void {
  for (const key of Object.keys(storage)) {
    if (!key.startsWith(STORED_PREFIX)) continue;
    const press = pressIn(storage.getItem(key) ?? undefined);
    if (press === undefined || Math.abs(now - press.at) > UNANSWERED_KEPT) storage.removeItem(key);
  }
}
