/** What is an address of the dashboard's page, and under which names of this machine its doors answer. */
import { isIP } from "node:net";

/** The only name the dashboard has: apps are on localhost, so that their frames are of another site, as in production. */
const dashboardHost = "127.0.0.1";
const otherNames = /(^|\.)localhost$|^\[::1\]$/;
/** What containers call the machine that they run on. */
const namesInContainers = new Set([
  "host.docker.internal",
  "gateway.docker.internal",
  "host.containers.internal",
]);

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
  if (!otherNames.test(nameOf(asked))) return undefined;
  asked.hostname = dashboardHost;
  return asked.href;
}

/**
 * Whether a request came under a name that is none of this machine's: any site can have its own name point here, and
 * what its page then asks for counts as its own origin. An address cannot be made to point elsewhere.
 *
 * @example
 * ```ts
 * isForeign("http://127.0.0.1:4400/");    // false
 * isForeign("http://rebound.example/"); // true
 * ```
 */
export function isForeign(url: string): boolean {
  const name = nameOf(new URL(url));
  const isAddress = isIP(name.replace(/^\[|\]$/g, "")) !== 0;
  return !isAddress && !otherNames.test(name) && !namesInContainers.has(name);
}

/** The address that is announced. */
export function announcedAddress(port: number): string {
  return `http://${dashboardHost}:${port}`;
}

/** A dot at the end means the same name. */
function nameOf({ hostname }: URL): string {
  return hostname.replace(/\.$/, "");
}
