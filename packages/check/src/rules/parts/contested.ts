/** A second installation in an instance that has one, and what became of both. Contract section 5. */
import type { Scope } from "@annex/protocol";
import {
  type Answer,
  describeAnswer,
  fail,
  NotTested,
  succeeded,
  type Verdict,
} from "../../evidence/index.ts";
import {
  type Fault,
  install,
  installed,
  isLaunched,
  launchAnswer,
  pause,
  type Tenant,
  uninstall,
  type World,
} from "../../world/index.ts";
import { quiet } from "./watching.ts";

/** What Cloud says when it is asked with the older key. */
export type CloudSays = "refused" | "accepted" | "nothing";

export type Contest = {
  readonly answer: Answer;
  readonly older: boolean;
  readonly newer: boolean;
  /** Whether the app asked Cloud anything with the older key. */
  readonly asked: boolean;
  /** Whether it gave up each of its questions before Cloud had answered: then it could not know. */
  readonly unheard: boolean;
};

/** What Cloud says to the newer key, when it says this to the older. */
const ofNewer = { refused: "accepted", accepted: "refused", nothing: "nothing" } as const;
/** Until then an app must have asked, also one whose work waits behind that of a hundred others. */
const longest = 60_000;
const step = 400;
/** Who may call nothing need not ask: nobody is accused of leaving it open. */
const longestWithoutScopes = 8000;
/** So long both must be served while it is open which is true; what is gone longer than that has been decided. */
const open = 3000;
/** Not those that say "later", as an app may while it is asking Cloud. */
const goneStatuses = new Set([403, 404, 410]);

/**
 * Installs twice in one instance while Cloud answers the older key like this, and waits until that has settled.
 *
 * @param grant of the older installation, where it is less than what the app asks for: Cloud then accepts its key by
 * refusing for a scope.
 */
export async function seeContest(world: World, says: CloudSays, grant?: readonly Scope[]): Promise<Contest> {
  await world.cloud.ready;
  const older = await installed(world, { grant });
  await quiet(world, older);
  // Only what was seen to be there can be seen to end, and an app may refuse whoever was granted nothing.
  if (grant !== undefined && !isLaunched(await launchAnswer(world, older))) {
    await uninstall(world, older);
    throw new NotTested(
      "An installation with these permissions can't be launched.",
      "It needs an app that opens whatever was granted; see the rule error-page-missing-permission.",
    );
  }
  const known = older.calls.length;
  const clear = await say(world, older, says);
  const newer = world.tenant({ inPlaceOf: older });
  // An app may as well ask with the newer key, and of two installations of one instance Cloud knows one.
  const clearNewer = await say(world, newer, ofNewer[says]);
  const answer = await install(world, newer);
  const state = succeeded(answer)
    ? await settled(world, older, newer, says, grant === undefined ? longest : longestWithoutScopes)
    : { older: true, newer: false };
  const questions = older.calls.slice(known);
  await clear();
  await clearNewer();
  await uninstall(world, newer);
  await uninstall(world, older);
  return {
    answer,
    ...state,
    asked: questions.length > 0,
    unheard: questions.length > 0 && !questions.some(({ heard }) => heard),
  };
}

/** @throws NotTested where Cloud was too slow for the app to learn which installation is true. */
export function mustBeHeard({ unheard }: Contest): void {
  if (unheard)
    throw new NotTested(
      "The app gave up each of its questions before the local Cloud had answered.",
      "Run it again on a machine that is less busy.",
      "missed",
    );
}

/** What is wrong where the app did not take the second installation, whatever it had asked before. */
export function notTaken(answer: Answer): Verdict {
  return fail(`The second installation was not acknowledged: the app ${describeAnswer(answer)}.`);
}

function dayFor(says: CloudSays): Fault | undefined {
  if (says === "refused") return { fault: "key-revoked" };
  return says === "nothing" ? { fault: "gateway-status", status: 502 } : undefined;
}

/** Has Cloud say so to a tenant's calls. @returns what ends it. */
async function say(world: World, tenant: Tenant, says: CloudSays): Promise<() => Promise<void>> {
  const day = dayFor(says);
  return day === undefined ? async () => undefined : world.front.meets(tenant, day);
}

/**
 * The wanted state, or whatever it is when the time is over. Sooner where the older one was displaced though it should
 * live: the app has decided, and what has ended never comes back.
 */
async function settled(world: World, older: Tenant, newer: Tenant, says: CloudSays, latest: number) {
  const wanted = { older: says !== "refused", newer: says !== "accepted" };
  const look = async () => {
    const answer = await launchAnswer(world, older);
    const state = { older: isLaunched(answer), newer: isLaunched(await launchAnswer(world, newer)) };
    return { state, displaced: wanted.older && state.newer && goneStatuses.has(answer.status ?? 0) };
  };
  const ends = performance.now() + (says === "nothing" ? open : latest);
  let seen = await look();
  let displacedSince = Number.POSITIVE_INFINITY;
  while (
    performance.now() < ends &&
    performance.now() - displacedSince <= open &&
    (says === "nothing" || seen.state.older !== wanted.older || seen.state.newer !== wanted.newer)
  ) {
    await pause(step);
    seen = await look();
    displacedSince = seen.displaced ? Math.min(displacedSince, performance.now()) : Number.POSITIVE_INFINITY;
  }
  return seen.state;
}
