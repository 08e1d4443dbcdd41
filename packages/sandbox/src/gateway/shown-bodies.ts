/** What the audit log shows of a call's bodies: what a write made, and both bodies of a refused call. */
import { maskSecrets } from "../masking.ts";

/** Characters kept of a body. */
const keptBody = 4096;
/** A Core says what it made at the beginning of its answer. */
const searchedBytes = 4096;
const madeForm =
  /"(?:transaction_id|batch_id|balance_id|ledger_id|identity_id|anomaly_id|upload_id)"\s*:\s*"([\w-]{1,80})"/;

/** The id of what a write made, or nothing. */
export function resourceOf(answer: Uint8Array | string): string | undefined {
  return madeForm.exec(textOf(answer, searchedBytes))?.[1];
}

/** A body as it may be shown, or nothing where there is none. What is no text is counted instead. */
export function shownBody(body: Uint8Array | string | undefined): string | undefined {
  if (body === undefined || body.length === 0) return undefined;
  const text = textOf(body, keptBody);
  return text.includes("\0") ? `${body.length} bytes` : maskSecrets(text).slice(0, keptBody);
}

function textOf(body: Uint8Array | string, longest: number): string {
  if (typeof body === "string") return body.slice(0, longest);
  return Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, longest)).toString("utf8");
}
