/** What is derived from a scope's key and a call: references, ids and fingerprints. Pure, but for the digest. */
import { stringifyExactJson } from "@annex/protocol/words";

/** SHA-256 of a text, in hexadecimal. */
export async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A reference as unique as 160 bits are, without anything in it that Core's error rules could trip over. */
export function referenceFrom(hash: string): string {
  return `ref_${hash.slice(0, 40)}`;
}

/** What is asked for, as a text in which the order of keys and the dates of the moment make no difference. */
export function canonical(value: unknown): string {
  return stringifyExactJson(ordered(value) ?? null);
}

function ordered(value: unknown): unknown {
  if (value instanceof Date) return undefined;
  if (Array.isArray(value)) return value.map((item) => ordered(item) ?? null);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, ordered(item)] as const);
  return Object.fromEntries(
    entries.filter(([, item]) => item !== undefined).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}
