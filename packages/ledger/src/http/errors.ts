/**
 * Refusals (contract section 3): a stable code, the status that follows from it, the text, and the envelope
 * they travel in. Handlers throw a `CoreFailure`; the router turns it into the answer.
 */
import { encodeJson, Sorted } from "./encode.ts";

const statusOfCode = {
  GEN_MALFORMED_REQUEST: 400,
  GEN_VALIDATION_ERROR: 400,
  GEN_BAD_REQUEST: 400,
  TXN_INSUFFICIENT_FUNDS: 400,
  TXN_INVALID_AMOUNT: 400,
  TXN_NOT_INFLIGHT: 400,
  TXN_COMMIT_AMOUNT_EXCEEDED: 400,
  TXN_INVALID_STATUS_ACTION: 400,
  TXN_BULK_EMPTY: 400,
  TXN_BULK_LIMIT_EXCEEDED: 400,
  TXN_VALIDATION_ERROR: 400,
  BAL_INVALID_TIMESTAMP: 400,
  BAL_VALIDATION_ERROR: 400,
  IDT_VALIDATION_ERROR: 400,
  IDT_FIELD_NOT_TOKENIZABLE: 400,
  IDT_FIELD_NOT_TOKENIZED: 400,
  IDT_FIELD_NOT_FOUND: 400,
  RECON_UPLOAD_FAILED: 400,
  RECON_UPLOAD_URL_INVALID: 400,
  RECON_UPLOAD_HOST_NOT_ALLOWED: 400,
  RECON_RULE_INVALID: 400,
  RECON_MATCHING_RULES_REQUIRED: 400,
  RECON_EXTERNAL_TXNS_REQUIRED: 400,
  META_INVALID_ENTITY_ID: 400,
  META_UNSUPPORTED_ENTITY: 400,
  AUTH_MISSING_API_KEY: 401,
  AUTH_INVALID_API_KEY: 401,
  AUTH_INSUFFICIENT_PERMISSIONS: 403,
  IDT_TOKENIZATION_DISABLED: 403,
  TXN_NOT_FOUND: 404,
  BAL_NOT_FOUND: 404,
  BAL_MONITOR_NOT_FOUND: 404,
  BAL_HISTORY_NOT_FOUND: 404,
  LGR_NOT_FOUND: 404,
  IDT_NOT_FOUND: 404,
  RECON_NOT_FOUND: 404,
  RECON_RULE_NOT_FOUND: 404,
  META_ENTITY_NOT_FOUND: 404,
  GEN_NOT_FOUND: 404,
  GEN_CONFLICT: 409,
  TXN_DUPLICATE_REFERENCE: 409,
  TXN_ALREADY_COMMITTED: 409,
  TXN_ALREADY_VOIDED: 409,
  IDT_FIELD_ALREADY_TOKENIZED: 409,
  GEN_PAYLOAD_TOO_LARGE: 413,
  GEN_RESOURCE_LOCKED: 423,
  GEN_RATE_LIMITED: 429,
  GEN_INTERNAL: 500,
  RECON_UPLOAD_PROCESSING_FAILED: 500,
  RECON_START_FAILED: 500,
} as const;

/** A stable error code of contract section 3.2. */
export type CoreCode = keyof typeof statusOfCode;

/** What an error answer carries besides code and text. */
export interface FailureOptions {
  /** `{}` for a row that was not found, an object for a database error, absent otherwise. */
  readonly details?: object;
  /** The name of the plain text beside `error_detail`. */
  readonly legacyKey?: "error" | "errors";
  /** Replaces the plain text where it is not one (query filters). */
  readonly legacyValue?: unknown;
  /** Set when a bulk request failed. */
  readonly batchId?: string;
  /** JSON sent under the content type `text/plain`, as some endpoints do (contract section 3.4). */
  readonly sniffed?: boolean;
}

/**
 * A refusal on its way to the client.
 *
 * @example throw new CoreFailure("LGR_NOT_FOUND", "Ledger not found", { details: {} })
 */
export class CoreFailure extends Error {
  readonly code: CoreCode;
  readonly options: FailureOptions;

  constructor(code: CoreCode, message: string, options: FailureOptions = {}) {
    super(message);
    this.name = "CoreFailure";
    this.code = code;
    this.options = options;
  }

  get status(): number {
    return statusOfCode[this.code];
  }
}

/** The JSON body of a refusal (contract section 3.1). */
export function encodeFailure(failure: CoreFailure): string {
  const { details, legacyKey = "error", legacyValue = failure.message, batchId } = failure.options;
  const detail = { code: failure.code, message: failure.message, details: sortedOrAbsent(details) };
  return encodeJson({
    batch_id: batchId,
    error: legacyKey === "error" ? legacyValue : undefined,
    error_detail: detail,
    errors: legacyKey === "errors" ? legacyValue : undefined,
  });
}

function sortedOrAbsent(details: FailureOptions["details"]): Sorted | undefined {
  return details === undefined ? undefined : new Sorted(details);
}

const textRules: readonly (readonly [code: CoreCode, all: readonly string[]])[] = [
  ["TXN_NOT_FOUND", ["transaction", "not found"]],
  ["TXN_NOT_INFLIGHT", ["not in inflight status"]],
  ["TXN_ALREADY_COMMITTED", ["Transaction already committed"]],
  ["TXN_ALREADY_VOIDED", ["has already been voided"]],
  ["GEN_CONFLICT", ["has already been refunded"]],
  ["TXN_DUPLICATE_REFERENCE", ["has already been used"]],
  ["TXN_COMMIT_AMOUNT_EXCEEDED", ["cannot commit more than"]],
  ["TXN_INSUFFICIENT_FUNDS", ["insufficient funds"]],
  ["TXN_INVALID_AMOUNT", ["transaction amount must be positive"]],
  ["TXN_VALIDATION_ERROR", ["transaction validation failed"]],
  ["TXN_VALIDATION_ERROR", ["reference is required"]],
  ["BAL_HISTORY_NOT_FOUND", ["no balance data found for time"]],
  ["BAL_INVALID_TIMESTAMP", ["invalid timestamp format"]],
  ["BAL_VALIDATION_ERROR", ["balance validation failed"]],
  ["BAL_VALIDATION_ERROR", ["identity validation failed"]],
  ["IDT_FIELD_NOT_TOKENIZABLE", ["is not tokenizable"]],
  ["IDT_FIELD_ALREADY_TOKENIZED", ["is already tokenized"]],
  ["IDT_FIELD_NOT_TOKENIZED", ["is not tokenized"]],
  ["IDT_FIELD_NOT_FOUND", ["field", "not found"]],
  ["RECON_RULE_INVALID", ["rule name is required"]],
  ["RECON_RULE_INVALID", ["matching criteria is required"]],
  ["RECON_RULE_INVALID", ["field and operator are required"]],
  ["RECON_RULE_INVALID", ["invalid operator"]],
  ["RECON_RULE_INVALID", ["invalid field"]],
  ["RECON_RULE_INVALID", ["drift for"]],
  ["META_ENTITY_NOT_FOUND", ["entity not found"]],
  ["META_UNSUPPORTED_ENTITY", ["unsupported entity type"]],
  ["META_INVALID_ENTITY_ID", ["invalid entity ID"]],
  ["GEN_BAD_REQUEST", ["does not have fund lineage tracking enabled"]],
  ["GEN_RESOURCE_LOCKED", ["failed to acquire lock"]],
  ["GEN_NOT_FOUND", ["no rows in result set"]],
  ["GEN_NOT_FOUND", ["not found"]],
];

/**
 * The code of an untyped error text: the first rule whose words all occur, else the endpoint's own
 * (contract section 3.3). Words a client sent count too.
 */
export function codeOfText(message: string, endpointDefault: CoreCode): CoreCode {
  const rule = textRules.find(([, words]) => words.every((word) => message.includes(word)));
  return rule?.[0] ?? endpointDefault;
}
