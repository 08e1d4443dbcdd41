/**
 * What outlives a page of its presses: pressed again after a reload, after going back or in another tab, a call whose end
 * nobody has seen goes on where the first one stopped, and one whose answer was seen is another press. The history entry
 * keeps them, which survives a reload and belongs to one frame; the browser's storage keeps the unanswered ones for all
 * tabs of the member, and the answered ones for the tab that saw it, where a frame may store anything.
 * Nothing holds a session or the text of a call: only names of calls (`nameOfCall`), keys and times.
 */
import { isPlainState } from "@annex/protocol";

/** A press whose end nobody has seen. */
export interface UnansweredPress {
  readonly key: string;
  /** When it was first sent, in milliseconds since 1970. */
  readonly at: number;
}

/** Presses by the name of their call. */
export interface PressMemory {
  /** The press of this page, or else of another tab of the member, whose end was not seen here. */
  get(name: string): UnansweredPress | undefined;
  set(name: string, press: UnansweredPress): void;
  /** The end of the press under this key was seen; a later one of the same name stays. */
  delete(name: string, key: string): void;
}

/** The few things of a window that keep presses. */
export type PressKeepers = Pick<Window, "history" | "localStorage" | "sessionStorage" | "addEventListener">;

/** A press as the history entry keeps it. One that was seen stays, against older entries that don't know it. */
interface RememberedPress extends UnansweredPress {
  readonly seen?: true;
}

const STATE_KEY = "annexPresses";
const STORED_PREFIX = "annex.press.";
/** The script of a server-rendered page writes the same: when the answer under the key was seen. */
const SEEN_PREFIX = "annex.seen.";
/** So many presses are remembered. */
const REMEMBERED = 200;

/** So long a press whose end nobody has seen is remembered, in milliseconds. */
const UNANSWERED_KEPT = 60 * 60_000;

/** Goes on evenly whatever is done to the clock while the page is there, and from one page to the next. */
export function pageTime(): number {
  return performance.timeOrigin + performance.now();
}

/** Whether what was written at a time still counts. A time that no clock of this hour can have written does not. */
export function isOfThisHour(at: number, now: number): boolean {
  return Math.abs(now - at) < UNANSWERED_KEPT;
}

/** Runs something that a browser may forbid in a cross-site frame, or too often, and answers `undefined` when it does. */
function whereAllowed<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    // Denied storage throws on the mere access, and some browsers allow only so many changes of the history entry in
    // a while: a call must not fail for it, and each keeper still has the other.
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
export function browserMemory(
  window: PressKeepers,
  owner: () => string | undefined,
  now: () => number = pageTime,
): PressMemory {
  const known = new Map<string, RememberedPress>();
  const takeOver = () => {
    for (const [name, press] of pressesIn(window.history.state)) {
      const latest = latestOf(known.get(name), press);
      if (isOfThisHour(press.at, now())) known.set(name, latest);
    }
  };
  const write = () => {
    const { state } = window.history;
    const presses = Object.fromEntries(known);
    // An entry that somebody else's router made something of is left alone, and so is one to which nothing is to be added.
    if (!isPlainState(state) || isSame(presses, Object.fromEntries(pressesIn(state)))) return;
    whereAllowed(() => window.history.replaceState({ ...state, [STATE_KEY]: presses }, ""));
  };
  const stored = (name: string) => {
    const whose = owner();
    return whose === undefined ? undefined : storedItem(window, `${STORED_PREFIX}${whose}.${name}`);
  };
  const wasSeen = ({ key, seen }: RememberedPress) =>
    seen === true || typeof whereAllowed(() => window.sessionStorage.getItem(SEEN_PREFIX + key)) === "string";
  const counts = (press: RememberedPress | undefined) =>
    press !== undefined && isOfThisHour(press.at, now()) && !wasSeen(press) ? press : undefined;
  const remember = (name: string, press: RememberedPress) => {
    known.delete(name);
    known.set(name, press);
    for (const [old, { at }] of known) if (!isOfThisHour(at, now())) known.delete(old);
    for (const [oldest] of known) {
      if (known.size <= REMEMBERED) break;
      known.delete(oldest);
      stored(oldest)?.remove();
    }
    write();
  };
  takeOver();
  whereAllowed(() => sweep(window.localStorage, STORED_PREFIX, now()));
  whereAllowed(() => sweep(window.sessionStorage, SEEN_PREFIX, now()));
  // An entry that is come back to remembers what was true when it was left.
  window.addEventListener("popstate", () => {
    takeOver();
    write();
  });
  return {
    get: (name) => counts(known.get(name)) ?? counts(stored(name)?.get()),
    set: (name, press) => {
      const before = known.get(name);
      if (before?.key === press.key && before.seen !== true) return;
      // First for the other tabs: the entry is this one's alone.
      stored(name)?.set(press);
      remember(name, press);
    },
    delete: (name, key) => {
      whereAllowed(() => window.sessionStorage.setItem(SEEN_PREFIX + key, String(now())));
      const kept = stored(name);
      if (kept?.get()?.key === key) kept.remove();
      const press = known.get(name);
      if (press?.key === key) remember(name, { ...press, seen: true });
    },
  };
}

/** A press in the storage that all tabs share. */
function storedItem(window: PressKeepers, item: string) {
  return {
    get: () => pressIn(whereAllowed(() => window.localStorage.getItem(item))),
    set: ({ key, at }: UnansweredPress) =>
      whereAllowed(() => window.localStorage.setItem(item, JSON.stringify({ key, at }))),
    remove: () => whereAllowed(() => window.localStorage.removeItem(item)),
  };
}

/** Of one press, that it was seen; of two, the later one. */
function latestOf(one: RememberedPress | undefined, other: RememberedPress): RememberedPress {
  if (one === undefined) return other;
  if (one.key === other.key) return one.seen === true ? one : other;
  return one.at >= other.at ? one : other;
}

function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function pressesIn(state: unknown): readonly [string, RememberedPress][] {
  const presses: unknown =
    typeof state === "object" && state !== null ? Reflect.get(state, STATE_KEY) : undefined;
  if (typeof presses !== "object" || presses === null) return [];
  return Object.entries(presses).filter(([, press]) => isPress(press));
}

function pressIn(text: string | null | undefined): UnansweredPress | undefined {
  const press = typeof text === "string" ? whereAllowed((): unknown => JSON.parse(text)) : undefined;
  return isPress(press) ? press : undefined;
}

function isPress(value: unknown): value is RememberedPress {
  if (typeof value !== "object" || value === null) return false;
  return typeof Reflect.get(value, "key") === "string" && typeof Reflect.get(value, "at") === "number";
}

/** Pages that never came back leave their presses behind. An item holds its time, or a press with it. */
function sweep(storage: Storage, prefix: string, now: number): void {
  for (const item of Object.keys(storage)) {
    if (!item.startsWith(prefix)) continue;
    const text = storage.getItem(item);
    const at = pressIn(text)?.at ?? Number(text);
    if (!isOfThisHour(at, now)) storage.removeItem(item);
  }
}
