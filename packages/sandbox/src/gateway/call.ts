/** What a handler of the gateway is given, and what it answers: the caller is known and allowed by then. */
import type { Scope } from "@annex/protocol";
import type { Refusal } from "../errors.ts";
import type { Installation } from "../installing/index.ts";
import type { Instances } from "../instances/index.ts";
import type { StateDatabase } from "../store/index.ts";
import type { Surroundings } from "../surroundings.ts";
import type { TraceContext } from "../trace-context.ts";

/** A request to the Cloud API, whatever server took it. */
export type GatewayRequest = {
  readonly method: string;
  /** Path and query as they were sent, percent-encoding and all. */
  readonly target: string;
  /** A header by its name in small letters. */
  header(name: string): string | undefined;
  /** @throws Refusal 413 `payload_too_large`, 400 `body_incomplete`. */
  body(limit: number): Promise<Uint8Array>;
};

/** One allowed call of an installation. */
export type GatewayCall = {
  readonly installation: Installation;
  readonly method: string;
  /** The path and query as they were sent, percent-encoding and all. */
  readonly path: string;
  readonly rawQuery: string;
  readonly query: URLSearchParams;
  /** The segments that the route leaves open, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly contentType: string | undefined;
  /** The step that this call is, where the app hands its trace on. */
  readonly context: TraceContext | undefined;
};

/** A status, a body and its type. */
export type GatewayAnswer = {
  readonly status: number;
  readonly body: Uint8Array | string;
  readonly contentType: string;
};

/** An answer as it goes out; with `cut`, the connection ends before all of it, or after the first half. */
export type GatewayReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
  readonly cut?: "all" | "half";
};

/** What the handlers may touch. */
export type GatewayParts = {
  readonly database: StateDatabase;
  readonly instances: Instances;
  readonly tools: Pick<Surroundings, "clock" | "random">;
};

export type GatewayRoute = {
  readonly method: string;
  /** `:name` stands for one segment. */
  readonly path: string;
  readonly scope: Scope;
  /** Whether `instance_id` must be in the query. */
  readonly instanceRequired: boolean;
  /** The largest body, in bytes, where it is not the ordinary one. */
  readonly bodyLimit?: number;
  /** What no app may do, whatever it sends: refuses before the body is read. */
  readonly forbidden?: () => Refusal;
  readonly handle: (call: GatewayCall, parts: GatewayParts) => Promise<GatewayAnswer>;
};

/** JSON as the gateway answers it. */
export function jsonText(body: string, status = 200): GatewayAnswer {
  return { status, body, contentType: "application/json; charset=utf-8" };
}
