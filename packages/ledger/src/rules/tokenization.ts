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
 * Every field of an identity by the name Core gives it, as far as it is text. A mark may stand at any of them:
 * what is not tokenizable itself can hold a token that was copied there.
 */
export const identityTextFields = {
  ...tokenizableFields,
  IdentityID: "identity_id",
  IdentityType: "identity_type",
  OrganizationName: "organization_name",
  Category: "category",
  Gender: "gender",
  Nationality: "nationality",
  Country: "country",
  State: "state",
  City: "city",
} as const;

/** Fields that are there but hold no text, so never a token. */
const otherFields: ReadonlySet<string> = new Set(["DOB", "CreatedAt", "MetaData"]);

/** The name of a field as Core has it: a request may write its first letter small. */
function fieldName(sent: string): string {
  return sent.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

/**
 * The field a request names, if it can be tokenized.
 *
 * @example tokenizableField("firstName") // "FirstName"
 */
export function tokenizableField(sent: string): TokenizableField | undefined {
  const name = fieldName(sent);
  return Object.hasOwn(tokenizableFields, name) ? (name as TokenizableField) : undefined;
}

/** What a request names to be read: the column of a text, a field without text, or nothing at all. */
export function readableField(
  sent: string,
): (typeof identityTextFields)[keyof typeof identityTextFields] | "no text" | undefined {
  const name = fieldName(sent);
  if (Object.hasOwn(identityTextFields, name)) {
    return identityTextFields[name as keyof typeof identityTextFields];
  }
  return otherFields.has(name) ? "no text" : undefined;
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
 * Opens a token, with its visible part or without. A value that holds a colon can't be opened again, as in Core.
 *
 * @throws UnreadableToken
 */
export function detokenize(secret: Uint8Array, token: string): string {
  const encoded = token.startsWith(`${prefix}:`) ? token.split(":").slice(2).join(":") : token;
  const sealed = Buffer.from(encoded, "base64");
  if (!isBase64(encoded) || sealed.length < nonceBytes + tagBytes) {
    throw new UnreadableToken("this is no token");
  }
  return opened(secret, sealed);
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
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

/** The marks in an identity's metadata, by field name; what is neither true nor false is none. */
export function tokenMarks(
  metadata: Readonly<Record<string, unknown>> | null,
): Readonly<Record<string, boolean>> {
  const marks = metadata?.["tokenized_fields"];
  if (!isObject(marks)) return {};
  return Object.fromEntries(
    Object.entries(marks).filter((entry): entry is [string, boolean] => typeof entry[1] === "boolean"),
  );
}

/** The names of the fields that are marked as tokenized. */
export function markedFields(metadata: Readonly<Record<string, unknown>> | null): readonly string[] {
  return Object.entries(tokenMarks(metadata))
    .filter(([, marked]) => marked)
    .map(([name]) => name);
}

/** Whether a field is marked: by Core's name for it or else by the very name that was sent. */
export function isMarked(metadata: Readonly<Record<string, unknown>> | null, sent: string): boolean {
  const marks = new Map(Object.entries(tokenMarks(metadata)));
  return marks.get(fieldName(sent)) ?? marks.get(sent) ?? false;
}

/**
 * Marks that are no object, with the type Core names for them; undefined where marks are as they should be or
 * not there at all.
 */
export function oddMarks(metadata: Readonly<Record<string, unknown>> | null): string | undefined {
  if (metadata === null || !Object.hasOwn(metadata, "tokenized_fields")) return undefined;
  const marks = metadata["tokenized_fields"];
  if (isObject(marks)) return undefined;
  if (marks === null) return "<nil>";
  if (Array.isArray(marks)) return "[]interface {}";
  return { string: "string", number: "float64" }[String(typeof marks)] ?? "bool";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
