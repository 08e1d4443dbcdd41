/** How answers look: JSON, and one shape for every refusal (contract section 8, Refusals). */
import { DataQueryError } from "@annex/data-api";
import { stringifyExactJson } from "@annex/protocol";
import type { Logger } from "pino";
import { Refusal } from "../errors.ts";
import { InstanceUnreachable, unavailable } from "../instances/index.ts";

declare const told: unique symbol;

/** A whole response whose body holds a value of this type; `never` where only whoever wrote it knows what it holds. */
export type ResponseOf<Value> = Response & { readonly [told]: Value };

/** Says of a response what its body holds. */
export function holding<Value = never>(response: Response): ResponseOf<Value> {
  return response as ResponseOf<Value>;
}

const jsonType = "application/json; charset=utf-8";

/** A JSON answer; never cached, never sniffed. */
export function jsonAnswer<Value>(
  body: Value,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): ResponseOf<Value> {
  return holding(textAnswer(stringifyExactJson(body), status, headers));
}

/** An answer that is JSON text already. */
export function textAnswer(
  body: string,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(body, { status, headers: { "content-type": jsonType, ...guards, ...headers } });
}

/** Headers of every answer. */
export const guards = { "cache-control": "no-store", "x-content-type-options": "nosniff" } as const;

/** The headers that a refusal brings along. */
export function refusalHeaders({ details }: Refusal): Record<string, string> {
  return {
    ...(details.retry_after === undefined ? {} : { "retry-after": String(details.retry_after) }),
    ...(details.allow === undefined ? {} : { allow: details.allow }),
  };
}

/** The body of a refusal: `error`, `code` and whatever particulars it has. */
export function refusalBody({ message, code, details }: Refusal): Record<string, unknown> {
  const { allow: _header, faults: _faults, ...shown } = details;
  return { error: message, code, ...shown };
}

/**
 * The refusal that stands for anything thrown. What is no refusal is a fault of ours: it is
 * logged with the reference, and the caller sees the reference alone.
 */
export function asRefusal(error: unknown, reference: string, log: Logger): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof InstanceUnreachable) {
    log.warn({ err: error, reference }, "an instance does not answer");
    return unavailable("unreachable");
  }
  if (error instanceof DataQueryError)
    return new Refusal(
      error.status,
      error.code,
      error.message,
      error.field === undefined ? {} : { field: error.field },
    );
  log.error({ err: error, reference }, "request failed");
  const sentence = `The local Cloud failed. Look for ${reference} in its log.`;
  return new Refusal(500, "internal_error", sentence);
}
