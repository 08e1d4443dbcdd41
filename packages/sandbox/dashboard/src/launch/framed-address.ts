/** The address at which an app's page is framed. */

const dashboardHost = "127.0.0.1";

/**
 * An app may run at the dashboard's own address. A browser would take its frame for a page of the same site and let it
 * use cookies, which no frame in the real Cloud's dashboard can: it is shown under the machine's other name.
 *
 * @example
 * ```ts
 * framedAddress("http://127.0.0.1:3000/enter?token=x"); // "http://localhost:3000/enter?token=x"
 * ```
 */
export function framedAddress(portalUrl: string): string {
  const address = new URL(portalUrl);
  if (address.hostname !== dashboardHost) return portalUrl;
  address.hostname = "localhost";
  return address.href;
}
