/**
 * Portal sessions: a launch makes a link, each load of the link a session of its
 * own for that tab. Both are stored as hashes, and both are void as soon as their
 * installation ends. Contract section 7 (Token and session).
 */
import { errorState } from "../../errors/app-error.ts";
import { endedState } from "../../errors/ended.ts";
import { clockSkew } from "../../installations/clock-skew.ts";
import type { Log } from "../../log/index.ts";
import type { Store, StoredInstallation, StoredLink, WithInstallation } from "../../stores/interface.ts";
import { newToken, tokenKey } from "./tokens.ts";

/** What the sessions are made of. Times in milliseconds. */
export type SessionsParts = {
  readonly store: Store;
  readonly clock: () => number;
  readonly idleMilliseconds: number;
  readonly maximumMilliseconds: number;
  readonly log: Log;
};

/** A session that was found good. */
export type LiveSession = {
  readonly installation: StoredInstallation;
  readonly userId: string | undefined;
  /** When it ends if it is not used again, in milliseconds since 1970. */
  readonly expiresAt: number;
};

export type Sessions = {
  /**
   * Opens a session with a link's token; the link stays good for its life.
   * @throws AppError session_unknown, session_expired, app_uninstalled or key_revoked.
   */
  enter(linkToken: string): Promise<LiveSession & { readonly token: string }>;
  /**
   * The session of a token, which this use prolongs, unless the page asked by itself and nobody did anything.
   * @throws AppError as `enter`.
   */
  use(sessionToken: string, prolongs?: boolean): Promise<LiveSession>;
};

/** A session's last use is written at most once in this time, so it may end so much early. */
const touchMilliseconds = 1000;
export function createSessions(parts: SessionsParts): Sessions {
  return {
    enter: (linkToken) => {
      return enter(parts, linkToken);
    },
    use: (sessionToken, prolongs = true) => use(parts, sessionToken, prolongs),
  };
}

async function enter(
  parts: SessionsParts,
  linkToken: string,
): Promise<LiveSession & { readonly token: string }> {
  const now = parts.clock();
  const { record, installation } = known(await parts.store.links.find(tokenKey(linkToken)));
  if (now >= record.expiresAt || isAhead(record, now)) throw errorState("session_expired");
  const token = newToken("session", now);
  const expiresAt = now + parts.maximumMilliseconds;
  await parts.store.sessions.add({
    tokenKey: tokenKey(token),
    installedAppId: record.installedAppId,
    generation: record.generation,
    userId: record.userId,
    createdAt: now,
    expiresAt,
    lastUsedAt: now,
  });
  return {
    token,
    installation,
    userId: record.userId,
    expiresAt: Math.min(expiresAt, now + parts.idleMilliseconds),
  };
}

async function use(parts: SessionsParts, sessionToken: string, prolongs: boolean): Promise<LiveSession> {
  const now = parts.clock();
  const { record, installation } = known(await parts.store.sessions.find(tokenKey(sessionToken)));
  // A last use that lies ahead was a wrong clock's: it was at some time before now.
  const lastUse = Math.min(record.lastUsedAt, now);
  const endsAt = Math.min(record.expiresAt, lastUse + parts.idleMilliseconds);
  if (now >= endsAt || isAhead(record, now)) throw errorState("session_expired");
  const isWorthIt = now - lastUse >= Math.min(touchMilliseconds, parts.idleMilliseconds / 20);
  if ((prolongs && isWorthIt) || record.lastUsedAt > now + clockSkew) {
    // Nobody waits for it: the answer does not depend on it.
    inBackground(parts.store.sessions.touch(record.tokenKey, now), parts.log);
  }
  const lastUsedAt = prolongs ? now : lastUse;
  const expiresAt = Math.min(record.expiresAt, lastUsedAt + parts.idleMilliseconds);
  return { installation, userId: record.userId, expiresAt };
}

/** Made by a clock that was ahead: its life would last until that time comes again. */
function isAhead({ createdAt }: StoredLink, now: number): boolean {
  return createdAt > now + clockSkew;
}

// What has ended is said before what has expired: launching again would not help there.
function known<Record extends StoredLink>(
  found: WithInstallation<Record> | undefined,
): WithInstallation<Record> {
  if (found === undefined) throw errorState("session_unknown");
  const { record, installation } = found;
  if (installation.status !== "active") throw endedState(installation.status);
  if (installation.generation !== record.generation) throw errorState("session_expired");
  return found;
}

function inBackground(work: Promise<void>, log: Log): void {
  work.catch((error: unknown) => log.error("Portal sessions could not be kept up.", { error }));
}
