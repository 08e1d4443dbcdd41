/** Posting's refusals as answers of the transaction endpoints (contract sections 3.3 and 8.6). */
import type { OrderFailed } from "../posting/failures.ts";
import type { Refusal } from "../posting/types.ts";
import { type CoreCode, CoreFailure, codeOfText } from "./errors.ts";

const codeOfTyped: Readonly<Record<(Refusal & { kind: "typed" })["code"], CoreCode>> = {
  NOT_FOUND: "TXN_NOT_FOUND",
  CONFLICT: "GEN_CONFLICT",
  INTERNAL_SERVER_ERROR: "GEN_INTERNAL",
};

/** The answer where the database could not make an order; a fault is named by its reference. */
export function orderFailure({ refusal, reference }: OrderFailed): CoreFailure {
  const { code, message } = refusalFailure(refusal, "GEN_INTERNAL");
  return new CoreFailure(code, message, reference === undefined ? {} : { details: { reference } });
}

/** A refusal as the answer of an endpoint whose own code is `endpointDefault`. */
export function refusalFailure(refusal: Refusal, endpointDefault: CoreCode, prefix = ""): CoreFailure {
  if (refusal.kind === "typed") {
    const details = refusal.code === "CONFLICT" ? {} : { details: {} };
    return new CoreFailure(codeOfTyped[refusal.code], refusal.text, details);
  }
  const message = prefix + refusal.text;
  return new CoreFailure(codeOfText(message, endpointDefault), message);
}
