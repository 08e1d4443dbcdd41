/**
 * The session of this tab: contract section 7 (Launch). No cookie is used, since the frame is cross-site.
 *
 * The server hands the session over inside the entered page. It then lives in memory, in the history entry
 * (which survives a reload, and belongs to one frame) and, only when the page has a tab of its own, in that
 * tab's `sessionStorage`. Inside a frame `sessionStorage` would be shared by every frame of the same app in
 * the same tab, so that a reload could pick up another tenant's session: there it is neither read nor written.
 */
import type { BrowserTab } from "./tab.ts";

const STORAGE_KEY = "annex.session";
const STATE_KEY = "annexSession";
const ENTRY_PATH_ENDING = "/enter";

/** A session that can sign requests. The value stays in a closure, so that printing or serializing it shows nothing. */
export interface PortalSession {
  /** Value of the `Authorization` header of a portal call. */
  authorization(): string;
}

/**
 * Reads the text of the server's session element.
 *
 * @returns the session, or `undefined` when the text is not `{"session": "<not empty>"}`
 */
export function readSessionBlock(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return sessionIn(JSON.parse(text), "session");
  } catch {
    // A block that cannot be read is the same as none: the page then says how to launch again.
    return undefined;
  }
}

function sessionIn(value: unknown, key: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const session: unknown = Reflect.get(value, key);
  return typeof session === "string" && session !== "" ? session : undefined;
}

/** Where a session can come from when a page loads, in the order of precedence. */
export interface SessionSources {
  /** Just handed over by the server. */
  readonly entered: string | undefined;
  /** Kept in this history entry: after a reload, or after going back. */
  readonly remembered: string | undefined;
  /** Kept for this tab: after an address was typed into it. */
  readonly stored: string | undefined;
}

/** Picks the session: what was just entered wins over what the entry remembers, and that over what the tab has stored. */
export function chooseSession(sources: SessionSources): string | undefined {
  return sources.entered ?? sources.remembered ?? sources.stored;
}

/** State of a history entry that keeps the session, whatever else the entry already holds. */
export function withSession(state: unknown, session: string): Record<string, unknown> {
  const kept = typeof state === "object" && state !== null ? { ...state } : {};
  return { ...kept, [STATE_KEY]: session };
}

function addressAfterEntering(path: string): string | undefined {
  return path.endsWith(ENTRY_PATH_ENDING) ? path.slice(0, -ENTRY_PATH_ENDING.length) : undefined;
}

function keepSession(tab: BrowserTab, session: string): void {
  tab.replaceEntry(withSession(tab.historyState(), session), addressAfterEntering(tab.path));
  if (!tab.framed) tab.writeStored(STORAGE_KEY, session);
}

/**
 * Takes over the session of this tab, or resumes it after a reload. Call it once, before anything is shown:
 * the address loses its token here.
 *
 * @returns the session, or `undefined` when this tab has none (the page then says to launch the app again)
 * @example
 * const session = openSession(browserTab(window));
 */
export function openSession(tab: BrowserTab): PortalSession | undefined {
  const session = chooseSession({
    entered: readSessionBlock(tab.takeSessionBlock()),
    remembered: sessionIn(tab.historyState(), STATE_KEY),
    stored: tab.framed ? undefined : tab.readStored(STORAGE_KEY),
  });
  if (session === undefined) {
    const address = addressAfterEntering(tab.path);
    if (address !== undefined) tab.replaceEntry(tab.historyState(), address);
    return undefined;
  }
  keepSession(tab, session);
  return { authorization: () => `Bearer ${session}` };
}
