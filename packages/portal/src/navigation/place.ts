/**
 * Where a reader was when the session ended, so that the next launch opens there: kept in this browser for the member and
 * installation, where a frame may keep anything at all. It is an address of the app's own pages, with what was typed there and not
 * sent, and holds nothing secret.
 */
import { pathBelow } from "./route.ts";

/** Whose place it is. */
export interface PlaceOwner {
  readonly installedAppId: string;
  /** Absent in the later edition of the payloads. */
  readonly userId?: string | undefined;
}

/** Where places are kept; throws where the browser denies it. */
export type PlaceStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const LASTS_MILLISECONDS = 12 * 3_600_000;

function keyOf({ installedAppId, userId }: PlaceOwner): string {
  return `annex.place.${installedAppId}.${userId ?? ""}`;
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

/** Keeps a place; answers whether it could. */
export function keepPlace(open: () => PlaceStorage, owner: PlaceOwner, place: Place, now: number): boolean {
  try {
    open().setItem(keyOf(owner), JSON.stringify({ ...place, at: now }));
    return true;
  } catch {
    // Denied in this frame: the page then says where it was.
    return false;
  }
}

/** The place that was kept, once; `undefined` when there is none, it is old, or it is no address of this app. */
export function takePlace(open: () => PlaceStorage, owner: PlaceOwner, now: number): Place | undefined {
  try {
    const storage = open();
    const text = storage.getItem(keyOf(owner));
    storage.removeItem(keyOf(owner));
    const { place, at, drafts } = JSON.parse(text ?? "{}") as Readonly<Record<string, unknown>>;
    const isFresh = typeof at === "number" && at <= now && now - at < LASTS_MILLISECONDS;
    if (!isFresh || typeof place !== "string" || !/^\/(?!\/)/.test(place)) return undefined;
    return { place, drafts: textsIn(drafts) };
  } catch {
    // Denied, or written by something else.
    return undefined;
  }
}

function textsIn(drafts: unknown): Place["drafts"] {
  if (typeof drafts !== "object" || drafts === null) return {};
  return Object.fromEntries(
    Object.entries(drafts).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
