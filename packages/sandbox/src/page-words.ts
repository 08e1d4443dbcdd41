/** What the server and the dashboard's page both say, in one place. A browser loads it: it imports nothing. */

const dashboardHost = "127.0.0.1";

/**
 * What whoever registers an app has to know of the address it is at, though it is taken, or nothing: a browser counts an
 * app at 127.0.0.1 to the site of a dashboard that is opened there, as it is unless a proxy stands before it. Contract
 * section 7 (Launch).
 *
 * @example
 * ```ts
 * ownAddressNotice("http://127.0.0.1:3000/portal"); // "Where the dashboard is opened at 127.0.0.1, …"
 * ownAddressNotice("http://localhost:3000/portal"); // undefined
 * ```
 */
export function ownAddressNotice(portalUrl: string): string | undefined {
  const url = URL.canParse(portalUrl) ? new URL(portalUrl) : undefined;
  if (url?.hostname !== dashboardHost) return undefined;
  url.hostname = "localhost";
  return `Where the dashboard is opened at ${dashboardHost}, this app is at its address: its cookies work there and not in production. Register it at ${url.origin}.`;
}
