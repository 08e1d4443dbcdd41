/**
 * Forgetting in the background what nobody needs any more: links and sessions, old events, ended runs, and the data
 * of installations and tenants that have ended. In small parts with pauses in between, so that nobody waits for it;
 * and by a time that only goes on slowly, since what a clock that jumps ahead makes old could not be brought back.
 * Contract section 4 (what an app does at an uninstall).
 */
import type { Log } from "../log/index.ts";
import type { Store } from "../stores/interface.ts";

const day = 24 * 3600 * 1000;

/** How long things are kept after they ended, in milliseconds. */
export const keptFor = {
  /** "Expired" says more than "unknown". */
  sessions: day,
  /** A delivery that comes later still finds the record of its installation. */
  events: 90 * day,
  calls: 2 * day,
} as const;

/** How many days a run is kept after it has ended, unless the app says otherwise. */
export const usualRunDays = 90;

export type RetirementParts = {
  readonly store: {
    readonly retirement: Store["retirement"];
    readonly runs: Pick<Store["runs"], "lastTick" | "rememberTick">;
  };
  readonly clock: () => number;
  readonly log: Log;
  /** How long a run is kept after it has ended, in milliseconds. */
  readonly runsKept: number;
  /** How long a tenant's documents outlive its last installation, in milliseconds. */
  readonly tenantDataKept: number;
  /** How long entries of the audit trail are kept, in milliseconds. */
  readonly auditKept: number;
};

const everyMilliseconds = 60_000;
/**
 * In each round of a process the time goes on by so much at most: a day that the app was down is made up for in less
 * than an hour, and a clock that is a year ahead for ten minutes makes nothing older by more than some hours, for each
 * replica. Where there is no time yet, as after an upgrade, it begins with what the clock shows.
 */
const longestStepMilliseconds = 30 * 60_000;
/** Where the time is kept, among those of the schedules; none of the app's can have this name. */
const placeOfTime = "@forgetting";
/** Between two parts, so that events and pages go first. */
const restMilliseconds = 20;

export type Retiring = {
  /** Ends after the part under way. */
  stop(): Promise<void>;
};

/** Begins to retire: now, and once a minute. */
export function startRetiring(parts: RetirementParts): Retiring {
  let stopped = false;
  let under: Promise<void> | undefined;
  let again = false;
  const say = (error: unknown) =>
    parts.log.error("Old data could not be forgotten; it is tried again.", { error });
  const begin = () => {
    again = true;
    if (under !== undefined || stopped) return;
    under = work()
      .catch(say)
      .finally(() => {
        under = undefined;
      });
  };
  const work = async () => {
    while (again && !stopped) {
      again = false;
      const shown = parts.clock();
      const now = await goOn(parts, shown);
      for (const part of partsOf(parts, now, shown)) await finish(part);
    }
  };
  // What one cannot forget keeps the others from nothing: the data of who has left are the last of them.
  const finish = async (part: () => Promise<boolean>) => {
    try {
      while (!stopped && (await part())) await pause(restMilliseconds);
    } catch (error) {
      say(error);
    }
  };
  const timer = setInterval(begin, everyMilliseconds).unref();
  begin();
  return {
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await under;
    },
  };
}

/** The time of this round: what the clock shows, unless that is far beyond the last one. */
async function goOn({ store }: RetirementParts, shown: number): Promise<number> {
  const last = (await store.runs.lastTick(placeOfTime)) ?? shown;
  const now = Math.min(shown, last + longestStepMilliseconds);
  await store.runs.rememberTick(placeOfTime, now);
  return now;
}

/** What is forgotten, each in parts; true when there may be more. */
function partsOf(
  { store: { retirement }, runsKept, tenantDataKept, auditKept }: RetirementParts,
  now: number,
  shown: number,
): readonly (() => Promise<boolean>)[] {
  // A time is a whole number and none is before 1970: kept for ever is kept since then.
  const before = (kept: number) => Math.max(0, Math.floor(now - kept));
  return [
    // By the clock itself, by which they have ended: whoever had one launches the app again, and nothing is lost.
    () => retirement.expired(shown - keptFor.sessions),
    () => retirement.events(before(keptFor.events)),
    () => retirement.runs(before(runsKept), now),
    () => retirement.calls(before(keptFor.calls)),
    () => retirement.audit(before(auditKept)),
    () => retirement.endedInstallations(),
    () => retirement.tenants(before(tenantDataKept)),
  ];
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
