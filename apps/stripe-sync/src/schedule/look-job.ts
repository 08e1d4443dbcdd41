/** The job `look`: every few minutes, for each installation, whether its schedule wants a sync, or events that were left do. */
import type { App, InstallationData, Job } from "@annex/app";
import { maySync } from "../permissions.ts";
import { startForWhatIsLeft } from "../sync/events.ts";
import type { SyncInput } from "../sync/input.ts";
import type { SyncJob } from "../sync/job.ts";
import { dueTime, lookCron, type Schedule, usualSchedule } from "./schedule.ts";

type Parts = {
  readonly job: SyncJob;
  readonly clock: () => number;
  readonly hasStripe: (context: Parameters<Parameters<App["onInstall"]>[0]>[0]) => Promise<boolean>;
};

const onlyOne = "now";
/** Clocks of several processes that all are right differ by less, in milliseconds. */
const mostSkew = 3_600_000;

function scheduleData(data: InstallationData) {
  return {
    schedule: data.collection<Schedule>("schedule"),
    /** The time that was last dealt with, in milliseconds since 1970. */
    dealtWith: data.collection<number>("schedule-dealt-with"),
  };
}

export async function scheduleOf(data: InstallationData): Promise<Schedule> {
  return (await scheduleData(data).schedule.get(onlyOne)) ?? usualSchedule;
}

/** From now on: what a former schedule missed is not made up for. */
export async function keepSchedule(data: InstallationData, schedule: Schedule, now: number): Promise<void> {
  await data.transaction(({ data: writer }) => {
    writer.collection<Schedule>("schedule").put(onlyOne, schedule);
    writer.collection<number>("schedule-dealt-with").put(onlyOne, now);
  });
}

function isUpToNow({ from, to }: SyncInput): boolean {
  return from === undefined && to === undefined;
}

export function defineLookJob(app: App, { job, clock, hasStripe }: Parts): Job<undefined, boolean> {
  const look = app.job<undefined, boolean>("look", {}, async (context) => {
    const { installation, data, jobs, step } = context;
    if (!maySync(installation.grantedPermissions)) return false;
    if (!(await hasStripe(context))) return false;
    const kept = scheduleData(data);
    const now = clock();
    const dealtWith = await kept.dealtWith.get(onlyOne);
    const since = dealtWith ?? installation.installedAt.getTime();
    // Written by a clock that was wrong: nothing would be due before that. One that another is a little behind was right.
    if (since > now + mostSkew) await kept.dealtWith.compareAndSet(onlyOne, dealtWith, now);
    const due = dueTime(await scheduleOf(data), since, now);
    if (due === undefined) return startForWhatIsLeft(context, job, now);
    const underWay = await jobs.list({ job: job.name, status: ["running", "queued"] });
    return step("start", ({ data: writer, jobs: starts }) => {
      writer.collection<number>("schedule-dealt-with").put(onlyOne, due);
      // A sync that is under way brings what this one would, unless it is for certain days.
      if (underWay.some(({ input }) => isUpToNow(input as SyncInput))) return false;
      const idempotencyKey = `schedule:${new Date(due).toISOString()}`;
      starts.start(job, { reason: "schedule" }, { idempotencyKey });
      return true;
    });
  });
  app.schedule("sync", lookCron, look);
  return look;
}
