/** Who or what a run was started by, out of what is stored. Pure. */
import { systemJobs } from "../../installations/system-jobs.ts";
import type { StoredRun } from "../../stores/runs.ts";
import type { RunCause } from "../interface.ts";

/** The work of an install is caused by it, and so is what that work starts. */
export function causeOf({ job, cause }: Pick<StoredRun, "job" | "cause">): RunCause | undefined {
  if (cause !== undefined) return JSON.parse(cause) as RunCause;
  return job === systemJobs["on-install"] ? { by: "install" } : undefined;
}
