/**
 * What a page of the app may load and reach: its own files, unless the app names
 * more. A source is added to one directive; everything else of the policy stays.
 */

/** Directives that an app can widen. Who may frame the portal is not among them. */
export const widenableDirectives = [
  "connect-src",
  "font-src",
  "form-action",
  "frame-src",
  "img-src",
  "media-src",
  "script-src",
  "style-src",
  "worker-src",
] as const;

/**
 * Sources that the app's pages need besides their own, by directive. Contract section 7.
 *
 * @example
 * ```ts
 * const stripeElements: ContentPolicy = {
 *   "script-src": ["https://js.stripe.com"],
 *   "frame-src": ["https://js.stripe.com", "https://hooks.stripe.com"],
 *   "connect-src": ["https://api.stripe.com"],
 * };
 * ```
 */
export type ContentPolicy = Readonly<
  Partial<Record<(typeof widenableDirectives)[number], readonly string[]>>
>;

const own: Readonly<Record<string, readonly string[]>> = {
  "default-src": ["'none'"],
  "base-uri": ["'none'"],
  "form-action": ["'self'"],
  "img-src": ["'self'", "data:", "blob:"],
  "connect-src": ["'self'"],
  "font-src": ["'self'", "data:"],
  "frame-src": ["'self'"],
  "manifest-src": ["'self'"],
  "media-src": ["'self'"],
  "worker-src": ["'self'", "blob:"],
  // Inline, as component libraries write them.
  "style-src": ["'self'", "'unsafe-inline'"],
};

/** The directives of a page, without those that differ from one load to the next. */
export function pageDirectives(policy: ContentPolicy): string {
  const { "script-src": _scripts, ...widened } = policy;
  const names = new Set([...Object.keys(own), ...Object.keys(widened)]);
  const directives = [...names].map((name) => {
    const further: readonly string[] = widened[name as keyof typeof widened] ?? [];
    return [name, ...(own[name] ?? ["'self'"]), ...further].join(" ");
  });
  return `${directives.join("; ")};`;
}

/** The directive of scripts: the app's files, what carries the nonce, what the app names. */
export function scriptDirective(policy: ContentPolicy, nonce: string): string {
  return ["script-src 'self'", `'nonce-${nonce}'`, ...(policy["script-src"] ?? [])].join(" ");
}

const host = String.raw`(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+`;
const loopback = String.raw`(?:localhost|127\.0\.0\.1)`;
const rest = String.raw`(?::(?:\d{1,5}|\*))?(?:/[^\s;,'"]*)?`;
const addressForm = new RegExp(
  `^(?:(?:https|wss)://${host}|(?:http|https|ws|wss)://${loopback})${rest}$`,
  "i",
);
const hashForm = /^'sha(?:256|384|512)-[A-Za-z0-9+/=]+'$/;

/**
 * Checks what an app names.
 *
 * @throws TypeError for a directive that cannot be widened, and for a source that would let in anything.
 */
export function checkContentPolicy(policy: ContentPolicy): void {
  for (const [directive, sources] of Object.entries(policy)) {
    if (!(widenableDirectives as readonly string[]).includes(directive))
      throw new TypeError(
        `contentPolicy cannot widen ${directive}; it can widen ${widenableDirectives.join(", ")}.`,
      );
    for (const source of sources)
      if (!isNarrow(directive, source))
        throw new TypeError(
          `contentPolicy of ${directive} must name https or wss hosts such as https://js.stripe.com, not ${source}.`,
        );
  }
}

function isNarrow(directive: string, source: string): boolean {
  const runs = directive === "script-src" || directive === "worker-src";
  if (addressForm.test(source)) return true;
  if (source === "data:" || source === "blob:") return !runs;
  if (source === "'wasm-unsafe-eval'") return directive === "script-src";
  return hashForm.test(source) && (directive === "script-src" || directive === "style-src");
}
