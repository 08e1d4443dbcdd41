/**
 * The session of whoever is logged in, kept where this origin alone can read it. No cookie: one of 127.0.0.1 goes to
 * every port there, so an app that runs at that address would be handed it with its first page.
 */
const place = "annex-session";

/** Where the browser keeps nothing, a session lasts as long as the page. */
let ofThisPage: string | undefined;

/** The session that calls are made with, if somebody has logged in here. */
export function ownSession(): string | undefined {
  try {
    return localStorage.getItem(place) ?? ofThisPage;
  } catch {
    return ofThisPage;
  }
}

/** Keeps the session of a log-in, for the other tabs and the next visit too. */
export function keepSession(session: string): void {
  ofThisPage = session;
  try {
    localStorage.setItem(place, session);
  } catch {
    // It lasts as long as the page.
  }
}

export function forgetSession(): void {
  ofThisPage = undefined;
  try {
    localStorage.removeItem(place);
  } catch {
    // Nothing was kept.
  }
}

/** The header by which the Cloud knows its own page, and who is logged in there. */
export function pageHeaders(): Readonly<Record<string, string>> {
  return { "x-annex-dashboard": ownSession() ?? "1" };
}
