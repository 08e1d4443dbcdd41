/**
 * Asking Cloud what only Cloud knows: whether it takes a key, and which of two installations of one tenant it
 * holds. Contract section 5 ("a second installation arrives", "a 401 later on").
 */
import type { Secret } from "@annex/protocol";
import { wordsOfCloud } from "@annex/protocol/words";
import type { KeyAnswer } from "../installations/decision.ts";
import { pauseWhileContested, pauseWhileSuspended } from "../jobs/policy/pauses.ts";
import type { Log } from "../log/index.ts";
import type { OpenQuestions, Store } from "../stores/interface.ts";
import type { Installations } from "./index.ts";

export type AskingParts = {
  readonly store: Store;
  readonly installations: Installations;
  readonly cloudUrl: string;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: () => number;
  readonly log: Pick<Log, "warn">;
};

/** Asks about an installation; how long until it is asked again, in milliseconds, or nothing when all is answered. */
export type AskCloud = (installedAppId: string) => Promise<number | undefined>;

export function createAskCloud(parts: AskingParts): AskCloud {
  const { store } = parts;
  return async (installedAppId) => {
    const before = await store.installations.openQuestions(installedAppId);
    if (isSettled(before)) return undefined;
    await askWithKeyOf(parts, installedAppId);
    // The newer one's key tells as much, and may be answered clearly while the older one's grace time runs.
    for (const { otherId } of (await store.installations.openQuestions(installedAppId)).contests)
      await askWithKeyOf(parts, otherId);
    const left = await store.installations.openQuestions(installedAppId);
    if (isSettled(left)) return undefined;
    sayWhatLasts(parts, installedAppId, left);
    return pause(left, parts.clock());
  };
}

function isSettled({ suspendedAt, contests }: OpenQuestions): boolean {
  return suspendedAt === undefined && contests.length === 0;
}

/** After which somebody is told that background work still waits. */
const longMilliseconds = 3600 * 1000;

function sayWhatLasts(
  { clock, log }: AskingParts,
  installedAppId: string,
  { contests }: OpenQuestions,
): void {
  for (const { otherId, since } of contests)
    if (clock() - since >= longMilliseconds)
      log.warn(
        "Cloud has not said for more than an hour which of two installations it holds; background work waits in both, and after a day the newer one is believed. Look at whether Cloud can be reached at ANNEX_CLOUD_URL, or uninstall the one that is not wanted.",
        { installed_app_id: installedAppId, other: otherId },
      );
}

function pause({ suspendedAt, contests }: OpenQuestions, now: number): number {
  const [first] = contests;
  const pauses = [
    ...(suspendedAt === undefined ? [] : [pauseWhileSuspended(suspendedAt, now)]),
    ...(first === undefined ? [] : [pauseWhileContested(first.since, now)]),
  ];
  return Math.min(...pauses);
}

async function askWithKeyOf(parts: AskingParts, installedAppId: string): Promise<void> {
  const { installations } = parts;
  const installation = await installations.find(installedAppId);
  const opened = await installations.openKey(installedAppId);
  if (installation === undefined || opened === undefined) return;
  const answer = await askCloud(parts, installation.instanceId, opened.key);
  await installations.keyAnswered(installedAppId, opened.key, answer);
}

const timeLimit = 10_000;

/** The cheapest call there is: one ledger. Without `data:read` Cloud refuses it for its scope, which is an answer too. */
async function askCloud(parts: AskingParts, instanceId: string, key: Secret): Promise<KeyAnswer> {
  const url = new URL(`${parts.cloudUrl.replace(/\/+$/, "")}/data/ledgers`);
  url.search = new URLSearchParams({ pageSize: "1", instance_id: instanceId }).toString();
  try {
    const response = await parts.fetch(url.href, {
      headers: { Authorization: `Bearer ${key.reveal()}`, Accept: "application/json" },
      signal: AbortSignal.timeout(timeLimit),
      redirect: "manual",
    });
    return keyAnswerOf(response.status, response.headers.get("content-type"), await response.text());
  } catch {
    // Not reachable, or no answer in time: that says nothing of the key.
    return "unclear";
  }
}

/** What an answer says of the key it was asked with. Only Cloud's own words count: a page of a proxy is no answer. */
function keyAnswerOf(status: number, contentType: string | null, body: string): KeyAnswer {
  const { code, data } = wordsOfCloud(contentType, body);
  if (status === 401) return code === "key_revoked" ? "revoked" : "refused";
  if (status === 403 && code === "missing_scope") return "accepted";
  return status >= 200 && status < 300 && Array.isArray(data) ? "accepted" : "unclear";
}
