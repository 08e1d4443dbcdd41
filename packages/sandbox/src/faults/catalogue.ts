/** Every fault there is, in the order of the doors document. */
import { z } from "zod";
import { deliveryAnswerLost } from "./delivery-answer-lost.ts";
import { deliveryField } from "./delivery-field.ts";
import { deliveryLate } from "./delivery-late.ts";
import { deliveryLateFirst } from "./delivery-late-first.ts";
import { deliveryOutOfOrder } from "./delivery-out-of-order.ts";
import { deliveryParallel } from "./delivery-parallel.ts";
import { deliveryTwice } from "./delivery-twice.ts";
import type { Fault, FaultPlace } from "./fault.ts";
import { gateway401 } from "./gateway-401.ts";
import { gatewayCut } from "./gateway-cut.ts";
import { gatewayLatency } from "./gateway-latency.ts";
import { gatewayRateLimited } from "./gateway-rate-limited.ts";
import { gatewayStatus } from "./gateway-status.ts";
import { instanceStopped } from "./instance-stopped.ts";
import { keyRevokedFault } from "./key-revoked.ts";
import { launchDenied } from "./launch-denied.ts";
import { sessionsExpired } from "./sessions-expired.ts";

export const catalogue: readonly Fault[] = [
  deliveryLate,
  deliveryAnswerLost,
  deliveryTwice,
  deliveryParallel,
  deliveryOutOfOrder,
  deliveryLateFirst,
  deliveryField,
  keyRevokedFault,
  gateway401,
  gatewayStatus,
  gatewayRateLimited,
  gatewayLatency,
  gatewayCut,
  instanceStopped,
  sessionsExpired,
  launchDenied,
];

/** A fault as a page or a terminal shows it: its words, and what it can be told. */
export type FaultDescription = {
  readonly fault: string;
  readonly strikes: FaultPlace;
  readonly title: string;
  readonly what_happens: string;
  readonly what_a_good_app_does: string;
  readonly values: readonly FaultValueDescription[];
};

export type FaultValueDescription = {
  readonly name: string;
  readonly type: "number" | "text" | "choice" | "truth" | "json";
  readonly required: boolean;
  readonly description: string;
  readonly default?: unknown;
  readonly choices?: readonly string[];
};

/**
 * The whole catalogue in words, for the page "Bad days" and for `annex faults`.
 *
 * @example
 * ```ts
 * describeFaults().map(({ fault }) => fault); // ["delivery-late", …]
 * ```
 */
export function describeFaults(): readonly FaultDescription[] {
  return catalogue.map((fault) => ({
    fault: fault.name,
    strikes: fault.strikes,
    title: fault.title,
    what_happens: fault.whatHappens,
    what_a_good_app_does: fault.whatAGoodAppDoes,
    values: describeValues(fault),
  }));
}

type Property = {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
};

function describeValues({ values }: Fault): readonly FaultValueDescription[] {
  const schema = z.toJSONSchema(values, { io: "input", unrepresentable: "any" }) as {
    readonly properties?: Readonly<Record<string, Property>>;
    readonly required?: readonly string[];
  };
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    type: typeOf(property),
    required: schema.required?.includes(name) === true,
    description: property.description ?? "",
    ...(property.default === undefined ? {} : { default: property.default }),
    ...(property.enum === undefined ? {} : { choices: property.enum }),
  }));
}

function typeOf({ type, enum: choices }: Property): FaultValueDescription["type"] {
  if (choices !== undefined) return "choice";
  if (type === "number" || type === "integer") return "number";
  if (type === "boolean") return "truth";
  return type === "string" ? "text" : "json";
}
