/** The Data API: reads the instance's database. Contract section 8, Data API. The queries are the ledger's. */
import { dataCollections } from "@annex/protocol";
import { Refusal } from "../../errors.ts";
import { type GatewayAnswer, type GatewayRoute, jsonText } from "../call.ts";

export const dataGatewayRoutes: readonly GatewayRoute[] = dataCollections.flatMap((collection) => [
  {
    method: "GET",
    path: `/data/${collection}`,
    scope: "data:read" as const,
    instanceRequired: true,
    handle: async ({ installation, query }, { instances }): Promise<GatewayAnswer> => {
      const reader = await instances.core(installation.instanceId).reader();
      return jsonText(await reader.list(collection, query));
    },
  },
  {
    method: "GET",
    path: `/data/${collection}/:id`,
    scope: "data:read" as const,
    instanceRequired: true,
    handle: async ({ installation, parameters }, { instances }): Promise<GatewayAnswer> => {
      const reader = await instances.core(installation.instanceId).reader();
      const record = await reader.get(collection, parameters["id"] ?? "");
      if (record === undefined)
        throw new Refusal(404, "not_found", `There is no such record in ${collection}.`);
      return jsonText(record);
    },
  },
]);
