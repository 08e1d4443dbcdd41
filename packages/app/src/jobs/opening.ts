/** Opens the engine on the app's database file. */
import type { CrashPoint } from "../crash-point.ts";
import type { JobsHost } from "../jobs-host.ts";
import { openConnection } from "../stores/sqlite/connection.ts";
import { createSharedCommit } from "../stores/sqlite/shared-commit.ts";
import { createEngine, type Engine } from "./engine.ts";
import type { Job } from "./interface.ts";
import { hookJobs } from "./relay.ts";
import type { Schedule } from "./schedules.ts";
import { createRunStore } from "./store/index.ts";
import { createJobTables } from "./store/schema.ts";

/** The engine over the jobs and schedules that were defined; not begun. */
export function openEngine(
  host: JobsHost,
  jobs: ReadonlyMap<string, Job<never, unknown>>,
  schedules: readonly Schedule[],
): Engine {
  const connection = openConnection(host.databaseFile);
  createJobTables(connection.database);
  // The event's own crash points keep their counts: those of the jobs' commits have names of their own.
  const crashPoint: CrashPoint = (name) => host.crashPoint(`jobs-${name}`);
  const store = createRunStore(connection, createSharedCommit(connection, crashPoint));
  const hooks = { install: jobs.has(hookJobs.install), uninstall: jobs.has(hookJobs.uninstall) };
  return createEngine({ host, store, jobs, schedules, hooks });
}
