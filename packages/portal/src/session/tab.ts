/**
 * The few things of a browser tab that a session touches, behind one interface, so that the rules in
 * `session.ts` can be tested without a browser.
 */
export interface BrowserTab {
  /** Text of the element the server put the session into; the element is removed. `undefined` when there is none. */
  takeSessionBlock(): string | undefined;
  /** `history.state` of the entry now shown. */
  historyState(): unknown;
  /** Replaces the entry now shown: its state, and its address when one is given. */
  replaceEntry(state: unknown, address?: string): void;
  /** What this tab has stored under the key; `undefined` when nothing is stored or storage is denied. */
  readStored(key: string): string | undefined;
  /** Stores the value for this tab; does nothing when storage is denied. */
  writeStored(key: string, value: string): void;
  /** Whether the page is shown inside another page's frame. */
  readonly framed: boolean;
  /** Path of the address, without query. */
  readonly path: string;
}

/** Element id under which the server hands the page its session. */
export const SESSION_ELEMENT_ID = "annex-session";

/** Runs something that a browser may forbid in a cross-site frame, and answers `undefined` when it does. */
function whereAllowed<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    // Denied storage throws on the mere access; a portal works without it, so there is nothing to report.
    return undefined;
  }
}

function takeElementText(document: Document): string | undefined {
  const element = document.getElementById(SESSION_ELEMENT_ID);
  const text = element?.textContent ?? undefined;
  element?.remove();
  return text;
}

/**
 * The real tab.
 *
 * @example
 * const session = openSession(browserTab(window));
 */
export function browserTab(window: Window): BrowserTab {
  return {
    framed: window.self !== window.top,
    path: window.location.pathname,
    takeSessionBlock: () => takeElementText(window.document),
    historyState: () => window.history.state,
    replaceEntry: (state, address) => window.history.replaceState(state, "", address),
    readStored: (key) => whereAllowed(() => window.sessionStorage.getItem(key)) ?? undefined,
    writeStored: (key, value) => whereAllowed(() => window.sessionStorage.setItem(key, value)),
  };
}
