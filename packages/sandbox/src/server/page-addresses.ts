/** What is an address of the dashboard's page, and under which name of this machine it answers. */

/** The only name the dashboard has: apps are on localhost, so that its cookie never reaches one of them. */
const dashboardHost = "127.0.0.1";
const otherNames = /(^|\.)localhost$|^\[::1\]$/;

const fixedAddresses = new Set(["/", "/login"]);
const instancePrefix = "/i/";

/**
 * Whether a GET that names no file means the page. Everything else is a call of the Cloud API, known or not:
 * a forgotten `/proxy` must not be answered with a page.
 *
 * @example
 * ```ts
 * meansPage(new Request("http://127.0.0.1:4400/ledgers", { headers: { accept: "application/json" } }), "/ledgers"); // false
 * ```
 */
export function meansPage({ headers }: Request, path: string): boolean {
  if (fixedAddresses.has(path) || path.startsWith(instancePrefix)) return true;
  return (headers.get("accept") ?? "").includes("text/html");
}

/**
 * Whoever shows a key calls the Cloud API, whatever he asks for: no page and no file of it is his. A password for the
 * proxy in front of the dashboard is no key.
 */
export function showsKey({ headers }: Request): boolean {
  return /^bearer\b/i.test(headers.get("authorization") ?? "");
}

/** The address of the dashboard for a request that came under another name of this machine, or nothing. */
export function addressUnderOwnName(url: string): string | undefined {
  const asked = new URL(url);
  if (!otherNames.test(asked.hostname)) return undefined;
  asked.hostname = dashboardHost;
  return asked.href;
}
