/**
 * Forgetting in the background what nobody needs any more: links and sessions, old events, ended runs, and the data
 * of installations and tenants that have ended. In small parts with pauses in between, so that nobody waits for it.
 * Contract section 4 (what an app does at an uninstall).
 */
import type { Log } from "../log/index.ts";
import type { Retirement } from "../stores/interface.ts";

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
  readonly retirement: Retirement;
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
  const begin = () => {
    again = true;
    if (under !== undefined || stopped) return;
    under = work()
      .catch((error: unknown) =>
        parts.log.error("Old data could not be forgotten; it is tried again.", { error }),
      )
      .finally(() => {
        under = undefined;
      });
  };
  const work = async () => {
    while (again && !stopped) {
      again = false;
      for (const part of partsOf(parts)) while (!stopped && (await part())) await pause(restMilliseconds);
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

/** What is forgotten, each in parts; true when there may be more. */
function partsOf({
  retirement,
  clock,
  runsKept,
  tenantDataKept,
  auditKept,
}: RetirementParts): readonly (() => Promise<boolean>)[] {
  return [
    () => retirement.expired(clock() - keptFor.sessions),
    () => retirement.events(clock() - keptFor.events),
    () => retirement.runs(clock() - runsKept, clock()),
    () => retirement.calls(clock() - keptFor.calls),
    () => retirement.audit(clock() - auditKept),
    () => retirement.endedInstallations(),
    () => retirement.tenants(clock() - tenantDataKept),
  ];
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
