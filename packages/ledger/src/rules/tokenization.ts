/**
 * Tokens for identity fields (contract section 14.2): the stored text keeps the value's length and character
 * classes in its visible part and carries the value itself, sealed, behind it.
 */
import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";

/** Fields that can be tokenized, by the name Core gives them, with the column each stands in. */
export const tokenizableFields = {
  FirstName: "first_name",
  LastName: "last_name",
  OtherNames: "other_names",
  EmailAddress: "email_address",
  PhoneNumber: "phone_number",
  Street: "street",
  PostCode: "post_code",
} as const;

export type TokenizableField = keyof typeof tokenizableFields;

/** The length of a tokenization secret in bytes. */
export const secretBytes = 32;

const nonceBytes = 12;
const tagBytes = 16;
const prefix = "FPT";

/** A token that does not open: damaged, sealed with another secret, or plain text under a token's mark. */
export class UnreadableToken extends Error {
  override readonly name = "UnreadableToken";
}

/**
 * The field a request names: its first letter may be lower case, nothing else may differ.
 *
 * @example tokenizableField("firstName") // "FirstName"
 */
export function tokenizableField(sent: string): TokenizableField | undefined {
  const name = sent.slice(0, 1).toUpperCase() + sent.slice(1);
  return Object.hasOwn(tokenizableFields, name) ? (name as TokenizableField) : undefined;
}

/** The visible part: same length, upper case for upper case, digit for digit; the same for the same value. */
export function visiblePart(secret: Uint8Array, value: string): string {
  const seed = createHmac("sha256", secret).update(value, "utf8").digest();
  return [...value].map((character, index) => disguised(character, seed[index % seed.length] ?? 0)).join("");
}

function disguised(character: string, seed: number): string {
  if (character >= "A" && character <= "Z") return String.fromCharCode(65 + (seed % 26));
  if (character >= "a" && character <= "z") return String.fromCharCode(97 + (seed % 26));
  if (character >= "0" && character <= "9") return String.fromCharCode(48 + (seed % 10));
  return character;
}

/**
 * Seals a value.
 *
 * @param nonce 12 random bytes, never used twice with one secret
 * @returns `FPT:<visible>:<base64 of nonce, sealed value and tag>`
 * @example tokenize(secret, "Alan", randomBytes(12)) // "FPT:Flbu:OPYhd2dN…"
 */
export function tokenize(secret: Uint8Array, value: string, nonce: Uint8Array): string {
  const cipher = createCipheriv("aes-256-gcm", secret, nonce);
  const sealed = Buffer.concat([nonce, cipher.update(value, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `${prefix}:${visiblePart(secret, value)}:${sealed.toString("base64")}`;
}

/**
 * Opens a token. A value that holds a colon can't be opened again, as in Core.
 *
 * @throws UnreadableToken
 */
export function detokenize(secret: Uint8Array, token: string): string {
  const parts = token.split(":");
  const [kind, , encoded = ""] = parts;
  const sealed = Buffer.from(encoded, "base64");
  if (parts.length !== 3 || kind !== prefix || sealed.length < nonceBytes + tagBytes) {
    throw new UnreadableToken("this is no token");
  }
  return opened(secret, sealed);
}

function opened(secret: Uint8Array, sealed: Buffer): string {
  const decipher = createDecipheriv("aes-256-gcm", secret, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  try {
    const value = decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes));
    return Buffer.concat([value, decipher.final()]).toString("utf8");
  } catch (cause) {
    throw new UnreadableToken("the token can't be opened with this secret", { cause });
  }
}

/** The marks of tokenized fields in an identity's metadata, by field name. */
export function tokenMarks(
  metadata: Readonly<Record<string, unknown>> | null,
): Readonly<Record<string, true>> {
  const marks = metadata?.["tokenized_fields"];
  if (typeof marks !== "object" || marks === null || Array.isArray(marks)) return {};
  const set = Object.entries(marks).filter(([, marked]) => marked === true);
  return Object.fromEntries(set.map(([field]) => [field, true]));
}
