/**
 * Addresses below the portal's base, without a router library: a page is a path, and a change of page keeps the
 * history entry's state, which holds the session of this frame.
 */
import { useSyncExternalStore } from "react";
import { portalBase } from "../session/base.ts";

const CHANGED = "annex:route";

/** Path below `/portal` of a full path; `/` for the portal itself. Trailing slashes do not count. */
export function pathBelow(fullPath: string, base: string = portalBase()): string {
  const below = fullPath.startsWith(base) ? fullPath.slice(base.length) : fullPath;
  const trimmed = below.replace(/\/+$/, "");
  return trimmed === "" ? "/" : trimmed;
}

/** Full address of a path below `/portal`. */
export function addressBelow(path: string, base: string = portalBase()): string {
  return path === "/" || path.startsWith("/?") ? `${base}${path.slice(1)}` : `${base}${path}`;
}

/**
 * Matches a path against a pattern such as `/runs/:id`.
 *
 * @returns the named parts, or `undefined` when it does not match
 * @example
 * matchPath("/runs/:id", "/runs/run_1"); // { id: "run_1" }
 */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const named: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (!part.startsWith(":")) {
      if (part !== value) return undefined;
      continue;
    }
    const decoded = decodedPart(value);
    if (decoded === undefined || decoded === "") return undefined;
    named[part.slice(1)] = decoded;
  }
  return named;
}

function decodedPart(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    // A broken escape in a typed address: no such page.
    return undefined;
  }
}

/**
 * Goes to a path below `/portal`; the session stays in the new history entry.
 *
 * @example
 * ```ts
 * navigate("/runs/run_1");
 * ```
 */
export function navigate(path: string, options: { readonly replace?: boolean } = {}): void {
  const address = addressBelow(path);
  if (options.replace === true) window.history.replaceState(window.history.state, "", address);
  else window.history.pushState(window.history.state, "", address);
  window.dispatchEvent(new Event(CHANGED));
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("popstate", listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    window.removeEventListener("popstate", listener);
    window.removeEventListener(CHANGED, listener);
  };
}

/** Path and query now shown, as one text that changes only when they do. */
function currentAddress(): string {
  return window.location.pathname + window.location.search;
}

/**
 * The page now shown: its path below `/portal` and its query.
 *
 * @example
 * ```ts
 * const { path, query } = useRoute();
 * ```
 */
export function useRoute(): { readonly path: string; readonly query: URLSearchParams } {
  const [path = "", search = ""] = useSyncExternalStore(subscribe, currentAddress).split("?", 2);
  return { path: pathBelow(path), query: new URLSearchParams(search) };
}

/**
 * Changes one value of the query in place, without a new history entry; empty removes it.
 *
 * @example
 * ```ts
 * replaceQueryValues({ status: "failed", page: "" });
 * ```
 */
export function replaceQueryValues(values: Readonly<Record<string, string>>): void {
  const query = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  navigate(`${pathBelow(window.location.pathname)}${text === "" ? "" : `?${text}`}`, { replace: true });
}
