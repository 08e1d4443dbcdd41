/** Every route of the Cloud API that an app can call, and finding the one a request means. */
import { alertGatewayRoutes } from "./alerts/index.ts";
import type { GatewayRoute } from "./call.ts";
import { dataGatewayRoutes } from "./data/index.ts";
import { filterGatewayRoutes } from "./filters/index.ts";
import { proxyGatewayRoutes } from "./proxy/index.ts";

/** The four families, in the order of the contract. A fixed segment goes before an open one. */
export const gatewayRoutes: readonly GatewayRoute[] = [
  ...dataGatewayRoutes,
  ...filterGatewayRoutes,
  ...proxyGatewayRoutes,
  ...alertGatewayRoutes,
];

export type MatchedRoute = {
  readonly route: GatewayRoute;
  readonly parameters: Readonly<Record<string, string>>;
};

const fixed = new Map(
  gatewayRoutes
    .filter(({ path }) => !path.includes(":"))
    .map((route) => [`${route.method} ${route.path}`, route]),
);
const open = gatewayRoutes
  .filter(({ path }) => path.includes(":"))
  .map((route) => ({
    route,
    pattern: new RegExp(`^${route.path.replace(/:([a-z]+)/g, "(?<$1>[^/]+)")}$`),
  }));

/** The route of a method and path, or `undefined`. */
export function matchGatewayRoute(method: string, path: string): MatchedRoute | undefined {
  const exact = fixed.get(`${method} ${path}`);
  if (exact !== undefined) return { route: exact, parameters: {} };
  for (const { route, pattern } of open) {
    const match = route.method === method ? pattern.exec(path) : null;
    if (match === null) continue;
    const parameters = decodedParameters(match.groups ?? {});
    return Object.entries(parameters).some(leadsElsewhere) ? undefined : { route, parameters };
  }
  return undefined;
}

/** Segments that hold what people wrote; all others are ids. */
const texts = new Set(["reference", "indicator", "currency"]);
/** What no id holds: with it, a path could mean another route on its way to a Core behind a URL. */
const strangeInId = /[/\\?#%;]/;

/** Whether a segment, decoded, can lead elsewhere: a step, or a character that parts or ends a path. */
function leadsElsewhere([name, segment]: readonly [string, string]): boolean {
  if (segment === "." || segment === "..") return true;
  // A text may hold a slash; `proxy` answers it as Core does, without asking it.
  return texts.has(name) ? segment.includes("\\") : strangeInId.test(segment);
}

function decodedParameters(groups: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decoded(text)]));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not a valid encoding: the per cent sign that stays is in no id.
    return text;
  }
}
