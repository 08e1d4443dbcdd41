/**
 * What an app is told by its environment: every variable of the doors, read
 * once, checked, with its default. Production is strict, and so is whatever others can
 * reach: https, no further origin may frame the portal, no crash on demand; in
 * production secrets are given, not generated. There is no variable that switches a guard off.
 */
import {
  capabilityBits,
  cloudApiUrl,
  keyGraceTime,
  namesServer,
  portalLifetimes,
  Secret,
} from "@annex/protocol/words";
import { EnvironmentError } from "./environment-error.ts";
import { isProduction, isReachable } from "./mode.ts";
import { refuseNearMisses } from "./names.ts";
import { type Networks, networksVariable } from "./networks.ts";
import { refuseOthersFile } from "./others-file.ts";
import {
  type Environment,
  listVariable,
  textVariable,
  urlVariable,
  wholeNumberVariable,
} from "./variables.ts";

export { EnvironmentError } from "./environment-error.ts";
export type { Environment } from "./variables.ts";

export type Settings = {
  readonly production: boolean;
  /** 0 takes a free one; absent means the app's own. */
  readonly port: number | undefined;
  /** Where Cloud and browsers reach the app, with the path it is mounted at; absent means `http://localhost:<port>`. */
  readonly publicUrl: string | undefined;
  readonly cloudUrl: string;
  /** The database's file; where the database is on a server, what stands beside it in development. */
  readonly databaseFile: string;
  /** Where the database is on a server: its address, which holds a password. */
  readonly databaseUrl: Secret | undefined;
  /** Text of `ANNEX_KEY_RING`; absent in development, and where a key service stands in its place. */
  readonly keyRing: string | undefined;
  /** Secrets in the two URLs, the current one first; absent only in development. */
  readonly callbackSecrets: readonly string[] | undefined;
  readonly linkMilliseconds: number;
  readonly sessionMilliseconds: number;
  readonly sessionMaximumMilliseconds: number;
  readonly keyGraceMilliseconds: number;
  readonly embedOrigins: readonly string[];
  readonly logFile: string | undefined;
  /** How long an idle connection is kept. */
  readonly keepAliveMilliseconds: number;
  /** Who may knock at the two doors; absent means everybody. */
  readonly allowedSources: Networks | undefined;
  /** Whose word on the address of a request counts; absent means nobody's. */
  readonly trustedProxies: Networks | undefined;
  /** Where the app writes what it says of itself, for whoever started it. */
  readonly descriptionFile: string | undefined;
  /** `point` or `point:n`; see crash-point.ts. */
  readonly crashAt: string | undefined;
};

const week = 7 * 24 * 3600;
/** Longer than the minute that balancers keep theirs: who closes first must not be the one who is asked. */
const keepAliveSeconds = 75;
/** Each character of a secret in a path carries six bits. */
const fewestSecretCharacters = Math.ceil(capabilityBits / 6);

/**
 * Reads and checks all variables.
 *
 * @param options.hasKeyService whether a key service stands in the place of `ANNEX_KEY_RING`.
 * @throws EnvironmentError naming the first variable that is wrong and what it wants.
 * @example
 * ```ts
 * readSettings({ NODE_ENV: "production" }, "stripe-sync"); // throws: ANNEX_PUBLIC_URL must be set in production, …
 * ```
 */
export function readSettings(
  environment: Environment,
  appName: string,
  { hasKeyService = false }: { readonly hasKeyService?: boolean } = {},
): Settings {
  refuseNearMisses(environment);
  const production = isProduction(environment);
  const strict = production || isReachable(environment);
  return {
    production,
    port: wholeNumberVariable(environment, "PORT", { least: 0, most: 65_535 }),
    publicUrl: required(production, "ANNEX_PUBLIC_URL", "the https address Cloud reaches the app at", () =>
      publicUrl(environment, strict),
    ),
    cloudUrl: urlVariable(environment, "ANNEX_CLOUD_URL", production) ?? cloudApiUrl,
    ...database(environment, appName),
    keyRing: required(production && !hasKeyService, "ANNEX_KEY_RING", "as id:base64 of 32 random bytes", () =>
      textVariable(environment, "ANNEX_KEY_RING"),
    ),
    callbackSecrets: required(
      production,
      "ANNEX_CALLBACK_SECRET",
      "with at least 128 random bits, such as 32 hexadecimal digits",
      () => callbackSecrets(environment),
    ),
    ...lifetimes(environment),
    embedOrigins: embedOrigins(environment, strict),
    logFile: logFile(environment),
    keepAliveMilliseconds: keepAlive(environment),
    allowedSources: networksVariable(environment, "ANNEX_ALLOWED_SOURCES"),
    trustedProxies: networksVariable(environment, "ANNEX_TRUSTED_PROXIES"),
    descriptionFile: textVariable(environment, "ANNEX_DESCRIPTION_FILE"),
    crashAt: crashAt(environment, strict),
  };
}

function required<Value>(
  production: boolean,
  name: string,
  wanted: string,
  read: () => Value | undefined,
): Value | undefined {
  const value = read();
  if (value === undefined && production)
    throw new EnvironmentError(name, `must be set in production, ${wanted}`);
  return value;
}

function publicUrl(environment: Environment, strict: boolean): string | undefined {
  const url = urlVariable(environment, "ANNEX_PUBLIC_URL", strict);
  // The app's own paths come behind it, and one of theirs at its beginning could be taken for them.
  if (url === undefined || !/^\/(?:portal|cloud|health|ready|webhooks)(?:\/|$)/.test(new URL(url).pathname))
    return url;
  throw new EnvironmentError(
    "ANNEX_PUBLIC_URL",
    "must not have a path that begins with /portal, /cloud, /webhooks, /health or /ready: these are the app's own",
  );
}

/**
 * The file that an app's database is in. Where the database is on a server, the one beside which the app keeps its
 * files in development. What an app writes beside it lies where everything else of the app does.
 *
 * @throws EnvironmentError when `ANNEX_DATABASE` is neither the path of a file nor the address of a database, or names
 * a file that is somebody else's: nothing is to be written beside that.
 * @example
 * ```ts
 * databaseFile({}, "stripe-sync"); // "data/stripe-sync.db"
 * ```
 */
export function databaseFile(environment: Environment, appName: string): string {
  const named = database(environment, appName);
  refuseOthersFile(named);
  return named.databaseFile;
}

function database(environment: Environment, appName: string) {
  const file = `data/${appName}.db`;
  const text = textVariable(environment, "ANNEX_DATABASE") ?? file;
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return { databaseFile: text, databaseUrl: undefined };
  if (namesServer(text, environment))
    return { databaseFile: file, databaseUrl: new Secret(text, `${scheme}://`) };
  throw new EnvironmentError(
    "ANNEX_DATABASE",
    "must be the path of a file, or an address such as postgres://user:password@host/database",
  );
}

function callbackSecrets(environment: Environment): readonly string[] | undefined {
  const secrets = listVariable(environment, "ANNEX_CALLBACK_SECRET");
  if (secrets === undefined) return undefined;
  const good = secrets.every(
    (secret) => /^[A-Za-z0-9_-]+$/.test(secret) && secret.length >= fewestSecretCharacters,
  );
  if (secrets.length > 0 && good) return secrets;
  throw new EnvironmentError(
    "ANNEX_CALLBACK_SECRET",
    `must be a secret of at least ${fewestSecretCharacters} characters out of A-Z a-z 0-9 _ - (${capabilityBits} random bits), older ones after commas`,
  );
}

/** What stands for standard output is written as if nothing were said: it may be a socket, which no file can be opened at. */
function logFile(environment: Environment): string | undefined {
  const file = textVariable(environment, "ANNEX_LOG");
  return file === "-" || file === "/dev/stdout" ? undefined : file;
}

function lifetimes(environment: Environment) {
  const seconds = (name: string, fallback: number) =>
    1000 * (wholeNumberVariable(environment, name, { least: 1, most: week, unit: "seconds" }) ?? fallback);
  const grace = wholeNumberVariable(environment, "ANNEX_KEY_GRACE_SECONDS", {
    least: 0,
    most: 3600,
    unit: "seconds",
  });
  return {
    linkMilliseconds: seconds("ANNEX_LINK_SECONDS", portalLifetimes.linkSeconds),
    sessionMilliseconds: seconds("ANNEX_SESSION_SECONDS", portalLifetimes.sessionSeconds),
    sessionMaximumMilliseconds: seconds("ANNEX_SESSION_MAX_SECONDS", portalLifetimes.sessionMaximumSeconds),
    keyGraceMilliseconds: grace === undefined ? keyGraceTime : grace * 1000,
  };
}

function keepAlive(environment: Environment): number {
  const bounds = { least: 1, most: 3600, unit: "seconds" };
  return 1000 * (wholeNumberVariable(environment, "ANNEX_KEEP_ALIVE_SECONDS", bounds) ?? keepAliveSeconds);
}

function embedOrigins(environment: Environment, strict: boolean): readonly string[] {
  const origins = listVariable(environment, "ANNEX_EMBED_ORIGINS") ?? [];
  if (strict && origins.length > 0) {
    throw new EnvironmentError(
      "ANNEX_EMBED_ORIGINS",
      "must not be set in production, nor at a public address: only Cloud may frame the portal",
    );
  }
  if (origins.every(isOrigin)) return origins;
  throw new EnvironmentError(
    "ANNEX_EMBED_ORIGINS",
    "must be origins such as http://localhost:4400, parted by commas",
  );
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

function crashAt(environment: Environment, strict: boolean): string | undefined {
  const point = textVariable(environment, "ANNEX_CRASH_AT");
  if (point === undefined) return undefined;
  if (strict)
    throw new EnvironmentError(
      "ANNEX_CRASH_AT",
      "must not be set in production, nor at a public address: it ends the process",
    );
  if (/^[a-z-]+(?::[1-9]\d*)?$/.test(point)) return point;
  throw new EnvironmentError("ANNEX_CRASH_AT", "must be the name of a point, or name:n for its n-th passing");
}
