import { editDistance } from "../options/near-names.ts";
import { EnvironmentError } from "./environment-error.ts";
import type { Environment } from "./variables.ts";

/** Every variable that an app reads; `docs/guide/variables.md` says what each means. */
export const variableNames = [
  "NODE_ENV",
  "ANNEX_PUBLIC_URL",
  "ANNEX_CLOUD_URL",
  "ANNEX_DATABASE",
  "ANNEX_KEY_RING",
  "ANNEX_CALLBACK_SECRET",
  "ANNEX_LINK_SECONDS",
  "ANNEX_SESSION_SECONDS",
  "ANNEX_SESSION_MAX_SECONDS",
  "ANNEX_KEY_GRACE_SECONDS",
  "ANNEX_EMBED_ORIGINS",
  "ANNEX_LOG",
  "ANNEX_KEEP_ALIVE_SECONDS",
  "ANNEX_ALLOWED_SOURCES",
  "ANNEX_TRUSTED_PROXIES",
  "ANNEX_DESCRIPTION_FILE",
  "ANNEX_CRASH_AT",
] as const;

/**
 * Refuses a variable whose name is nearly one of the app's. It would be read by nobody, and what it
 * was to switch on would be off unseen: with `ANNEX_PUBLICURL` an app believes that it runs on a desk.
 *
 * @throws EnvironmentError naming the variable, and the one that is meant.
 * @example
 * ```ts
 * refuseNearMisses({ ANNEX_DATABASE_URL: "postgres://…" }); // throws: … must be written ANNEX_DATABASE
 * ```
 */
export function refuseNearMisses(environment: Environment): void {
  for (const name of Object.keys(environment)) {
    const meant = nearlyNamed(name);
    if (meant === undefined) continue;
    const shown = JSON.stringify(name).slice(1, -1);
    throw new EnvironmentError(
      shown,
      `must be written ${meant}, or not be set`,
      `${shown} is no variable of an app`,
    );
  }
}

/** The variable that a name is a slip of. */
function nearlyNamed(name: string): string | undefined {
  // Most of an environment has nothing to do with us, and a start waits for this.
  const mayBeOurs = /^\W*(?:a\w{0,6}x|node)|[^\x20-\x7e]/i.test(name);
  if (!mayBeOurs || (variableNames as readonly string[]).includes(name)) return undefined;
  const word = /^ANNEX_([A-Z]+)$/.exec(name)?.[1];
  const ended = variableNames.find((known) => word !== undefined && known.endsWith(`_${word}`));
  if (ended !== undefined) return ended;
  const letters = lettersOf(name);
  const [, area, further] = /^ANNEX_([A-Z]+)(_[A-Z]+)?/.exec(name) ?? [];
  return variableNames.find((known) => {
    const wanted = lettersOf(known);
    if (editDistance(letters, wanted) <= (wanted.length < 13 ? 1 : 2)) return true;
    return further !== undefined && known.split("_")[1] === area && known.startsWith("ANNEX_");
  });
}

function lettersOf(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z]/g, "");
}
