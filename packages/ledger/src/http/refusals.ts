/** Posting's refusals as answers of the transaction endpoints (contract sections 3.3 and 8.6). */
import {
  isKeptByOthers,
  keptLocked,
  newFaultReference,
  type OnFault,
  OrderFailed,
} from "../posting/failures.ts";
import type { Outcome } from "../posting/types.ts";
import { type Refusal, refusalMessage, refusalText, typedAs } from "../rules/refusals.ts";
import { type CoreCode, CoreFailure, codeOfText } from "./errors.ts";

const codeOfTyped: Readonly<Record<NonNullable<ReturnType<typeof typedAs>>["code"], CoreCode>> = {
  NOT_FOUND: "TXN_NOT_FOUND",
  CONFLICT: "GEN_CONFLICT",
  INTERNAL_SERVER_ERROR: "GEN_INTERNAL",
};

/** What an error comes to; one that is nobody's refusal is told to the log, and named in the answer. */
export function failureOf(error: unknown, onFault: OnFault): CoreFailure {
  if (error instanceof CoreFailure) return error;
  if (error instanceof OrderFailed) return orderFailure(error);
  if (isKeptByOthers(error)) return refusalFailure(keptLocked, "GEN_INTERNAL");
  const reference = newFaultReference();
  onFault(error, reference);
  return hidden({ reference });
}

/** As Core says no where it hides what went wrong. */
export function hidden(details?: Readonly<Record<string, string>>): CoreFailure {
  return new CoreFailure("GEN_INTERNAL", "internal server error", details === undefined ? {} : { details });
}

/** The answer where the database could not make an order; a fault is named by its reference. */
function orderFailure({ refusal, reference }: OrderFailed): CoreFailure {
  const { code, message } = refusalFailure(refusal, "GEN_INTERNAL");
  return new CoreFailure(code, message, reference === undefined ? {} : { details: { reference } });
}

/** A refusal as the answer of an endpoint whose own code is `endpointDefault`. */
export function refusalFailure(refusal: Refusal, endpointDefault: CoreCode, prefix = ""): CoreFailure {
  const typed = typedAs(refusal);
  if (typed !== undefined) {
    const details = typed.code === "CONFLICT" ? {} : { details: {} };
    return new CoreFailure(codeOfTyped[typed.code], refusalMessage(refusal), details);
  }
  const message = prefix + refusalText(refusal);
  return new CoreFailure(codeOfText(message, endpointDefault), message);
}

/** The answer for rows that failed; `reference` names the fault of the database that made them fail. */
export function processingFailure(refused: readonly Refusal[], reference?: string): CoreFailure {
  const message = processingText(refused.map(refusalText));
  const options = reference === undefined ? {} : { details: { reference } };
  return new CoreFailure(codeOfText(message, "GEN_BAD_REQUEST"), message, options);
}

/** The fault in the log that outcomes are of. */
export function faultAmong(outcomes: readonly Outcome[]): string | undefined {
  return outcomes.flatMap((outcome) => (outcome.kind === "refused" ? (outcome.reference ?? []) : []))[0];
}

/** Texts of rows that failed, one after the other in brackets (contract section 10.4). */
export function processingText(texts: readonly string[]): string {
  return `error occurred during processing: [${texts.join(" ")}]`;
}
