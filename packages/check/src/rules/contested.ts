/** A second installation in an instance that has one, and what became of both. Contract section 5. */
import { type Answer, succeeded } from "../evidence/index.ts";
import {
  install,
  installed,
  isLaunched,
  launchAnswer,
  pause,
  type Tenant,
  uninstall,
  type World,
} from "../world/index.ts";

/** What Cloud says when it is asked with the older key. */
export type CloudSays = "refused" | "accepted" | "nothing";

export type Contest = {
  readonly answer: Answer;
  readonly older: boolean;
  readonly newer: boolean;
  /** Whether the app asked Cloud anything with the older key. */
  readonly asked: boolean;
};

/** What Cloud says to the newer key, when it says this to the older. */
const ofNewer = { refused: "accepted", accepted: "refused", nothing: "nothing" } as const;
/** Until then an app must have asked, also one whose work waits behind that of a hundred others. */
const longest = 60_000;
const step = 400;

/** Installs twice in one instance while Cloud answers the older key like this, and waits until that has settled. */
export async function seeContest(world: World, says: CloudSays): Promise<Contest> {
  await world.cloud.ready;
  const older = await installed(world);
  await pause(1500);
  const known = older.calls.length;
  const clear = world.front.weather(older, () => weatherFor(says));
  const newer = world.tenant({ inPlaceOf: older });
  // An app may as well ask with the newer key, and of two installations of one instance Cloud knows one.
  const clearNewer = world.front.weather(newer, () => weatherFor(ofNewer[says]));
  const answer = await install(world, newer);
  const state = succeeded(answer) ? await settled(world, older, newer, says) : { older: true, newer: false };
  const asked = older.calls.length > known;
  clear();
  clearNewer();
  await uninstall(world, newer);
  await uninstall(world, older);
  return { answer, ...state, asked };
}

function weatherFor(says: CloudSays) {
  if (says === "refused")
    return {
      kind: "answer",
      status: 401,
      body: '{"error":"This key was revoked.","code":"key_revoked"}',
    } as const;
  if (says === "nothing")
    return { kind: "answer", status: 502, type: "text/html", body: "<h1>Bad gateway</h1>" } as const;
  return undefined;
}

/** The wanted state, or whatever it is when the time is over. */
async function settled(world: World, older: Tenant, newer: Tenant, says: CloudSays) {
  const wanted = { older: says !== "refused", newer: says !== "accepted" };
  const look = async () => ({
    older: isLaunched(await launchAnswer(world, older)),
    newer: isLaunched(await launchAnswer(world, newer)),
  });
  const ends = performance.now() + (says === "nothing" ? 3000 : longest);
  let state = await look();
  while (
    performance.now() < ends &&
    (says === "nothing" || state.older !== wanted.older || state.newer !== wanted.newer)
  ) {
    await pause(step);
    state = await look();
  }
  return state;
}
