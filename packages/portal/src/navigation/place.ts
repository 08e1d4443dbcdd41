/**
 * Where a reader was when the session ended, so that the next launch opens there: kept in this browser for the member and
 * installation, where a frame may keep anything at all. It is an address of the app's own pages, with what was typed there and not
 * sent, and holds nothing secret.
 */
import { mostKept } from "../session/drafts.ts";
import { pathBelow } from "./route.ts";

/** Whose place it is. */
export interface PlaceOwner {
  readonly installedAppId: string;
  /** Absent in the later edition of the payloads. */
  readonly userId?: string | undefined;
}

/** Where places are kept; throws where the browser denies it. */
export type PlaceStorage = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

const LASTS_MILLISECONDS = 12 * 3_600_000;
const PREFIX = "annex.place.";

function keyOf({ installedAppId, userId }: PlaceOwner): string {
  return `${PREFIX}${installedAppId}.${userId ?? ""}`;
}

/** Where nobody is named, the next one who opens the app may be somebody else: what was typed is not for him. */
export function mayKeepTyped({ userId }: PlaceOwner): boolean {
  return userId !== undefined;
}

/** Where somebody was, and what he had typed there by name. */
export interface Place {
  readonly place: string;
  readonly drafts: Readonly<Record<string, string>>;
}

/** Path and query now shown, below the portal. */
export function placeNow({ pathname, search }: Pick<Location, "pathname" | "search">): string {
  return `${pathBelow(pathname)}${search}`;
}

/** Keeps a place, with what another tab kept that ended before; answers whether it could. */
export function keepPlace(
  open: () => PlaceStorage,
  owner: PlaceOwner,
  { place, drafts }: Place,
  now: number,
): boolean {
  try {
    const storage = open();
    const before = placeIn(storage.getItem(keyOf(owner)), now)?.drafts;
    const kept = mayKeepTyped(owner) ? lastTyped(before, drafts) : {};
    storage.setItem(keyOf(owner), JSON.stringify({ place, drafts: kept, at: now }));
    return true;
  } catch {
    // Denied in this frame: the page then says where it was.
    return false;
  }
}

function lastTyped(before: Place["drafts"] = {}, now: Place["drafts"]): Place["drafts"] {
  const others = Object.entries(before).filter(([name]) => !Object.hasOwn(now, name));
  return Object.fromEntries([...others, ...Object.entries(now)].slice(-mostKept));
}

/** Removes what was kept too long ago, whoever it was kept for: he may never open the app again. */
export function forgetOldPlaces(open: () => PlaceStorage, now: number): void {
  try {
    const storage = open();
    const keys = Array.from({ length: storage.length }, (_nothing, index) => storage.key(index) ?? "");
    for (const key of keys) {
      const isOld = key.startsWith(PREFIX) && placeIn(storage.getItem(key), now) === undefined;
      if (isOld) storage.removeItem(key);
    }
  } catch {
    // Denied in this frame: nothing was kept either.
  }
}

/** The place that was kept, once; `undefined` when there is none, it is old, or it is no address of this app. */
export function takePlace(open: () => PlaceStorage, owner: PlaceOwner, now: number): Place | undefined {
  try {
    const storage = open();
    const text = storage.getItem(keyOf(owner));
    storage.removeItem(keyOf(owner));
    const kept = placeIn(text, now);
    // An earlier release kept what was typed where nobody is named, too.
    return kept === undefined || mayKeepTyped(owner) ? kept : { ...kept, drafts: {} };
  } catch {
    // Denied in this frame.
    return undefined;
  }
}

function placeIn(text: string | null, now: number): Place | undefined {
  const { place, at, drafts } = valuesIn(text);
  const isFresh = typeof at === "number" && at <= now && now - at < LASTS_MILLISECONDS;
  if (!isFresh || typeof place !== "string" || !/^\/(?!\/)/.test(place)) return undefined;
  return { place, drafts: textsIn(drafts) };
}

function valuesIn(text: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    // Written by something else.
    return {};
  }
}

function textsIn(drafts: unknown): Place["drafts"] {
  if (typeof drafts !== "object" || drafts === null) return {};
  return Object.fromEntries(
    Object.entries(drafts).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
