/** Who may put a portal page into a frame. Contract section 7. */

/** The origins of the dashboard; `'self'` keeps a redirect from `/portal/enter` to `/portal` working inside the frame. */
export const cloudFrameAncestors = [
  "'self'",
  "https://blnkfinance.com",
  "https://*.blnkfinance.com",
] as const;

/**
 * The `Content-Security-Policy` directive every portal page carries.
 *
 * @param furtherOrigins origins added while developing, such as the local Cloud's; never in production.
 * @example
 * ```ts
 * embeddingHeader(); // "frame-ancestors 'self' https://blnkfinance.com https://*.blnkfinance.com"
 * ```
 */
export function embeddingHeader(furtherOrigins: readonly string[] = []): string {
  return `frame-ancestors ${[...cloudFrameAncestors, ...furtherOrigins].join(" ")}`;
}
