/**
 * Hides what must not be shown or written in clear: API keys anywhere in a text,
 * and the secret part of a URL. The two URLs of an app are its secret (contract
 * section 6), and a portal URL carries a token (section 7).
 */
import { apiKeyPrefixLength } from "@annex/protocol";

const apiKeyForm = /blnk_[A-Za-z0-9]{16,}/g;
const urlForm = /https?:\/\/[^\s"'<>\\]+/g;
/** Longer path segments than this are taken for secrets; ordinary words are shorter. */
const longestWord = 15;
const mask = "…";
/** Also where the value is cut off. */
const secretField =
  /("[\w-]*(?:password|passwd|secret|token|api[_-]?key|private[_-]?key|authorization|credential)[\w-]*"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|$)/gi;

/**
 * A text with every API key cut to its prefix.
 *
 * @example
 * ```ts
 * maskKeys('{"api_key":"blnk_0123456789abcdef"}'); // '{"api_key":"blnk_012…"}'
 * ```
 */
export function maskKeys(text: string): string {
  return text.replace(apiKeyForm, (key) => `${key.slice(0, apiKeyPrefixLength)}${mask}`);
}

/**
 * A text with every API key, every URL and the value of every JSON field masked that has the name of a secret.
 *
 * @example
 * ```ts
 * maskSecrets('{"password":"hunter2","name":"Ada"}'); // '{"password":"…","name":"Ada"}'
 * ```
 */
export function maskSecrets(text: string): string {
  return maskPortalAnswer(text.replace(secretField, `$1"${mask}"`));
}

/** Whether a text carries an API key, percent-encoded or not. */
export function carriesKey(text: string): boolean {
  return [text, decoded(text)].some((form) => form.search(apiKeyForm) >= 0);
}

/** A request's path with every API key in it masked, percent-encoded or not. */
export function maskedPath(path: string): string {
  const masked = maskKeys(path);
  return carriesKey(masked) ? maskKeys(decoded(masked)) : masked;
}

/**
 * A URL with what may be secret in it hidden: every query value, the fragment, each
 * long path segment, and the one after `/cloud/`, where the framework puts its secret.
 *
 * @example
 * ```ts
 * maskUrl("https://app.example.com/cloud/s3cr3t/callback?token=1"); // "https://app.example.com/cloud/…/callback?token=…"
 * ```
 */
export function maskUrl(text: string): string {
  if (!URL.canParse(text)) return mask;
  const url = new URL(text);
  const segments = url.pathname.split("/");
  const path = segments.map((segment, place) => maskSegment(segment, segments[place - 1])).join("/");
  const names = [...url.searchParams.keys()].map((name) => (name.length > longestWord ? mask : name));
  const query = names.map((name) => `${name === mask ? name : encodeURIComponent(name)}=${mask}`).join("&");
  return `${url.origin}${path}${query === "" ? "" : `?${query}`}${url.hash === "" ? "" : `#${mask}`}`;
}

/** A text with every API key and every URL in it masked. For what an app answered to a portal request. */
export function maskPortalAnswer(text: string): string {
  return maskKeys(text.replaceAll("\\/", "/").replace(urlForm, maskUrl));
}

function maskSegment(segment: string, before: string | undefined): string {
  return segment !== "" && (before === "cloud" || segment.length > longestWord) ? mask : segment;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
