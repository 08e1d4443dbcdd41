/**
 * Verifies deliveries signed as Standard Webhooks (standardwebhooks.com): an id, a
 * time and an HMAC over both and the raw body. The platform signs nothing today;
 * on the day it does, and for a provider that does, this is ready.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

/** Why a delivery was not accepted. */
export type WebhookProblem =
  | "header_missing"
  | "timestamp_invalid"
  | "timestamp_too_old"
  | "timestamp_too_new"
  | "signature_wrong";

/**
 * A delivery whose signature does not hold. Says what is wrong, never what would be right.
 *
 * @example
 * ```ts
 * if (error instanceof WebhookVerificationError) return new Response(error.message, { status: 401 });
 * ```
 */
export class WebhookVerificationError extends Error {
  override readonly name = "WebhookVerificationError";
  readonly code: WebhookProblem;

  constructor(code: WebhookProblem, message: string) {
    super(message);
    this.code = code;
  }
}

/** How strictly the time of a delivery is taken. */
export type WebhookVerifierOptions = {
  /** How far a delivery's time may be from now, in seconds; 300 unless said otherwise. */
  readonly toleranceSeconds?: number;
  /** Now, in milliseconds since 1970. */
  readonly clock?: () => number;
};

/** What was verified: the delivery's id, which is the same each time it is sent, and when it was signed. */
export type VerifiedWebhook = { readonly id: string; readonly signedAt: Date };

/** Verifies one delivery: its headers and its raw body, before anything parsed it. */
export type VerifyWebhook = (
  headers: Headers | Readonly<Record<string, string | undefined>>,
  body: string | Uint8Array,
) => VerifiedWebhook;

/**
 * Makes a verifier.
 *
 * @param secrets `whsec_…` as the sender gives them; several while one is being replaced.
 * @throws TypeError when a secret is not base64 of 24 bytes at least, or the tolerance is no number of seconds: a
 *   tolerance that is `NaN` would take a delivery of any age. What it returns throws `WebhookVerificationError`.
 * @example
 * ```ts
 * const verify = createWebhookVerifier([process.env.PROVIDER_WEBHOOK_SECRET ?? ""]);
 * const { id } = verify(request.headers, await request.text());
 * ```
 */
export function createWebhookVerifier(
  secrets: readonly string[],
  options: WebhookVerifierOptions = {},
): VerifyWebhook {
  if (!Array.isArray(secrets)) throw new TypeError("The secrets of a webhook verifier are a list.");
  const keys = secrets.map(keyOf);
  if (keys.length === 0) throw new TypeError("A webhook verifier needs a secret.");
  const { toleranceSeconds = 300, clock = Date.now } = options;
  if (!Number.isFinite(toleranceSeconds) || toleranceSeconds < 0)
    throw new TypeError("The tolerance of a webhook verifier must be a number of seconds, 0 or more.");
  return (headers, body) => {
    const id = header(headers, "webhook-id");
    const timestamp = header(headers, "webhook-timestamp");
    const signatures = header(headers, "webhook-signature");
    const signedAt = checkTime(timestamp, clock() / 1000, toleranceSeconds);
    const expected = keys.map((key) =>
      createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest(),
    );
    if (!isSigned(signatures, expected))
      throw new WebhookVerificationError("signature_wrong", "No signature of the webhook is right.");
    return { id, signedAt };
  };
}

const fewestKeyBytes = 24;

function keyOf(secret: string): Buffer {
  // A variable that is not set is no text, whatever the types say of it.
  const text = String(secret).replace(/^whsec_/, "");
  const key = Buffer.from(text, "base64");
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(text) && key.length >= fewestKeyBytes) return key;
  throw new TypeError("A webhook secret must be whsec_ and base64 of at least 24 bytes.");
}

function header(headers: Headers | Readonly<Record<string, string | undefined>>, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : plainHeader(headers, name);
  // Sent several times, a header of Node's is a list: nobody's word then.
  if (typeof value === "string" && value !== "") return value;
  throw new WebhookVerificationError("header_missing", `The header ${name} is missing.`);
}

function plainHeader(
  headers: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined {
  return headers[name] ?? Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

function checkTime(text: string, nowSeconds: number, toleranceSeconds: number): Date {
  const seconds = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(seconds))
    throw new WebhookVerificationError("timestamp_invalid", "The header webhook-timestamp is no time.");
  if (seconds < nowSeconds - toleranceSeconds)
    throw new WebhookVerificationError("timestamp_too_old", "The webhook was signed too long ago.");
  if (seconds > nowSeconds + toleranceSeconds)
    throw new WebhookVerificationError("timestamp_too_new", "The webhook was signed in the future.");
  return new Date(seconds * 1000);
}

// All are looked at whichever fits, so that the time it takes tells nothing. Versions we do not know are passed over.
function isSigned(signatures: string, expected: readonly Buffer[]): boolean {
  let found = false;
  for (const signature of signatures.split(" ")) {
    const [version, text = ""] = signature.split(",", 2);
    const given = version === "v1" ? Buffer.from(text, "base64") : Buffer.alloc(0);
    for (const right of expected)
      found = (given.length === right.length && timingSafeEqual(given, right)) || found;
  }
  return found;
}
