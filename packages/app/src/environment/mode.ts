import { EnvironmentError } from "./environment-error.ts";
import { type Environment, textVariable } from "./variables.ts";

/**
 * Whether the app runs in production. What `NODE_ENV` says counts, written exactly; an
 * invisible character or a near miss is refused, since it would switch strictness
 * off unseen. Where nothing is said, only an address that nobody else can reach is
 * taken for development. What protects others than the operator, `isReachable` decides.
 *
 * @throws EnvironmentError when `NODE_ENV` is neither of the two.
 * @example
 * ```ts
 * isProduction({ ANNEX_PUBLIC_URL: "https://app.example.com" }); // true
 * isProduction({ NODE_ENV: "prod" }); // throws: NODE_ENV must be production or development
 * ```
 */
export function isProduction(environment: Environment): boolean {
  const mode = textVariable(environment, "NODE_ENV");
  if (mode === undefined) return isReachable(environment);
  if (mode === "production" || mode === "development") return mode === "production";
  throw new EnvironmentError(
    "NODE_ENV",
    "must be production or development, letter for letter; left out, it follows ANNEX_PUBLIC_URL",
  );
}

/**
 * Whether others than this machine can reach the app. There it is strict about them, whatever `NODE_ENV` says: https,
 * nobody but Cloud frames it, no crash on demand. `development` at such an address, as through a tunnel, has its
 * secrets generated, and nothing more.
 *
 * @throws EnvironmentError when `ANNEX_PUBLIC_URL` has a character that nobody sees.
 */
export function isReachable(environment: Environment): boolean {
  return !isLoopback(textVariable(environment, "ANNEX_PUBLIC_URL"));
}

// Without an address of its own the app is reached at localhost. What is no address is refused by its own name later.
function isLoopback(publicUrl: string | undefined): boolean {
  if (publicUrl === undefined) return true;
  const host = URL.canParse(publicUrl) ? new URL(publicUrl).hostname.replace(/\.$/, "") : "";
  return (
    host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(?:\.\d+){3}$/.test(host)
  );
}
