/**
 * The Proxy API: passes a request on to the instance's Core and its answer back, status and body
 * unchanged. Contract section 8, Proxy API. Only the routes of the protocol's list exist.
 */
import { proxyRoutes } from "@annex/protocol";
import { uploadBodyLimit } from "../../http/bodies.ts";
import { newIdentifier } from "../../surroundings.ts";
import { traceHeader, traceparent } from "../../trace-context.ts";
import type { GatewayAnswer, GatewayCall, GatewayParts, GatewayRoute } from "../call.ts";
import { completeTransaction } from "./complete-transaction.ts";

const prefix = "/proxy";
const uploadPath = "/reconciliation/upload";
const transactionPath = "/proxy/transactions";

export const proxyGatewayRoutes: readonly GatewayRoute[] = proxyRoutes.map((route) => ({
  method: route.method,
  path: `${prefix}${route.path}`,
  scope: route.scope,
  instanceRequired: true,
  ...(route.path === uploadPath ? { bodyLimit: uploadBodyLimit } : {}),
  handle: passOn,
}));

/** Core's answer to a path it has no route for, which is what it makes of an encoded slash. */
const pageNotFound: GatewayAnswer = { status: 404, body: "404 page not found", contentType: "text/plain" };

async function passOn(call: GatewayCall, { instances, tools }: GatewayParts): Promise<GatewayAnswer> {
  if (Object.values(call.parameters).some((segment) => segment.includes("/"))) return pageNotFound;
  const { transport } = instances.core(call.installation.instanceId);
  const completes = call.method === "POST" && call.path === transactionPath;
  const body = completes
    ? completeTransaction(call.body, () => newIdentifier("ref", tools.random))
    : call.body;
  const answer = await transport.request({
    method: call.method,
    path: `${call.path.slice(prefix.length)}${queryForCore(call.rawQuery)}`,
    headers: headersFor(call),
    ...(body.length === 0 ? {} : { body }),
  });
  return { status: answer.status, body: answer.body, contentType: typeOf(answer.headers) };
}

function headersFor({ contentType, context }: GatewayCall): Record<string, string> {
  return {
    ...(contentType === undefined ? {} : { "content-type": contentType }),
    ...(context === undefined ? {} : { [traceHeader]: traceparent(context) }),
  };
}

/** The query without `instance_id`, which is the Cloud's; the rest as it was written. */
function queryForCore(rawQuery: string): string {
  const kept = rawQuery.split("&").filter((part) => part !== "" && !/^instance_id(=|$)/.test(part));
  return kept.length === 0 ? "" : `?${kept.join("&")}`;
}

function typeOf(headers: Readonly<Record<string, string>>): string {
  const entry = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type");
  return entry?.[1] ?? "";
}
