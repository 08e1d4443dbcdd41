/** The Filters API: as the Data API, with the filters in the body. Contract section 8, Filters API. */
import { filterCollections } from "@annex/protocol";
import { jsonOf } from "../../http/bodies.ts";
import { type GatewayAnswer, type GatewayRoute, jsonText } from "../call.ts";

export const filterGatewayRoutes: readonly GatewayRoute[] = filterCollections.map((collection) => ({
  method: "POST",
  path: `/${collection}/filter`,
  scope: "data:read",
  instanceRequired: true,
  handle: async ({ installation, query, body }, { instances }): Promise<GatewayAnswer> => {
    const reader = await instances.core(installation.instanceId).reader();
    return jsonText(await reader.filter(collection, jsonOf(body), query));
  },
}));
