/** Whether the app is still there, as each rule begins and ends, and what to say where it is not. */
import { maskSecrets, type RuleReport } from "../evidence/index.ts";
import { CheckError, type End, refusesConnections, type Trace, until, type World } from "../world/index.ts";

export type Standing = {
  /** How often the app has ended by itself so far. */
  ended(): number;
  /** How it ended by itself since then, or under whoever wrote this trace. */
  endsSince(known: number, trace: Trace): Promise<readonly End[]>;
  /** Started again where it had ended, and the checker may. @throws why it is gone. */
  needed(): Promise<void>;
  /** Why it does not run and can't be started, where that is so. */
  whyGone(): Promise<Error | undefined>;
  /** Since when it is away, or was the last time. */
  lastEnd(): End | undefined;
};

/** So long somebody may take who watches over an app and starts it again. */
const longestAway = 3000;

export function openStanding(world: World): Standing {
  return world.process === undefined ? ofSomebodyElse(world) : ofProcess(world.process, world);
}

function ofProcess(process: NonNullable<World["process"]>, { options }: World): Standing {
  return {
    ended: () => process.ends.length,
    endsSince: async (known, { knocks }) => {
      const isTold = () => process.ends.length > known;
      // A process ends a moment after its connections, on a busy machine when the rule is over.
      const isSilent = knocks.some(({ isAnswered }) => !isAnswered);
      if (isSilent && !isTold() && (await refusesConnections(options))) await until(isTold, longestAway);
      return process.ends.slice(known);
    },
    needed: () => process.revive(),
    whyGone: () =>
      process.revive().then(
        () => undefined,
        (error: Error) => error,
      ),
    lastEnd: () => process.ends.at(-1),
  };
}

/** Of an app that somebody else runs it is known that nobody takes its connections any more. */
function ofSomebodyElse({ options }: World): Standing {
  const ends: End[] = [];
  let gone: Error | undefined;
  const { origin } = new URL(options.callback);
  // What the app leads on to may be another host, whose refusal is not the app's end.
  const doors = [origin, new URL(options.portal).origin];
  return {
    ended: () => ends.length,
    endsSince: async (_known, { knocks }) => {
      const first = knocks.find((knock) => knock.isInVain && doors.includes(knock.origin));
      if (first === undefined) return [];
      const end = { at: first.at, how: "took no connection any more" };
      ends.push(end);
      return [end];
    },
    needed: async () => {
      if (gone !== undefined) throw gone;
    },
    whyGone: async () => {
      const isBack = async () => !(await refusesConnections(options));
      if (gone === undefined && !(await until(isBack, longestAway)))
        gone = new CheckError(`Nobody answers at ${origin} any more.`, "Start it again.");
      if (gone === undefined) ends.length = 0;
      return gone;
    },
    lastEnd: () => ends.toSorted((left, right) => left.at - right.at)[0],
  };
}

/**
 * An app that is down in the end was not found to be in order, whatever could be looked at before; nor was any app whose
 * Cloud was gone.
 *
 * @throws CheckError where one of them is.
 */
export async function checkStanding(
  world: World,
  standing: Standing,
  reports: readonly RuleReport[],
): Promise<void> {
  const { cloud, process, options } = world;
  if (process !== undefined) await cloud.admin("GET", "/admin/settings").catch(cloudIsGone);
  if (reports.some(({ verdict }) => verdict === "fail")) return;
  // Its end may not have been told yet.
  if (await refusesConnections(options)) await until(() => process?.runs() !== true, longestAway);
  const gone = await standing.whyGone();
  if (gone === undefined) return;
  const keys = world.tenants.map(({ key }) => key);
  throw new CheckError(
    `The app was down when the check ended, and could not be started any more. ${maskSecrets(gone.message, keys)}`,
    "Start it by hand to see why, mend that, and check again: what was looked at before says nothing.",
  );
}

function cloudIsGone(cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new CheckError(
    `The checker's own Cloud was gone when the check ended (${why}), so that nothing the app did says anything.`,
    "Check again; where it comes back, look whether the machine has memory and disk left.",
  );
}
