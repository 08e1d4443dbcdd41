import type { AppError, OperatedRun } from "@annex/app/operating";
import type { Command } from "commander";
import { CommandError } from "../../failures/index.ts";
import { type OperatingOptions, operating, say, withDatabase } from "./database.ts";

/** An app beside a local Cloud has its database there, and not where it has it alone. */
const noRuns =
  "No runs in this database. ANNEX_DATABASE names another one, such as that of `annex dev`: its run file says where.";

const statuses = ["queued", "running", "completed", "failed", "cancelled"] as const;
type ListOptions = OperatingOptions & {
  readonly status?: string;
  readonly job?: string;
  readonly limit: string;
};

export function addJobsCommands(program: Command): void {
  const jobs = program.command("jobs").description("the background runs of an app, hooks among them");
  operating(jobs, "list", "list runs, newest first")
    .option("--status <status>", statuses.join(", "))
    .option("--job <job>", "of one job only; @on-install and @on-uninstall are the hooks")
    .option("--limit <number>", "at most so many", "50")
    .action(list);
  operating(jobs, "retry <run>", "try a failed or cancelled run again, from its last finished step").action(
    (runId: string, options: OperatingOptions) =>
      act(options, runId, "tried again", (database, tools) =>
        database.retryRun(runId).catch((error: unknown) => {
          const isOpen = error instanceof tools.AppError && error.code === "outcome_unknown";
          throw isOpen ? leftOpen(error, runId) : error;
        }),
      ),
  );
  operating(jobs, "cancel <run>", "end a run that is queued or running").action(
    (runId: string, options: OperatingOptions) =>
      act(options, runId, "cancelled", (database) => database.cancelRun(runId)),
  );
  operating(
    jobs,
    "unknown <run>",
    "what a run sent to Cloud of which nobody can know whether it happened",
  ).action(unknown);
  operating(
    jobs,
    "resolve <run> <effect> <seen>",
    "say what you saw of it in Cloud, done or not-done; the run goes on when nothing is left open",
  ).action(resolve);
}

async function list(options: ListOptions): Promise<void> {
  const status = statuses.find((each) => each === options.status);
  if (options.status !== undefined && status === undefined)
    throw new CommandError(`"${options.status}" is no status.`, `Use one of: ${statuses.join(", ")}.`);
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw new CommandError("--limit is not a whole number from 1 to 1000.", "Ask for fewer runs at a time.");
  const { job } = options;
  const filter = {
    limit,
    ...(status === undefined ? {} : { status }),
    ...(job === undefined ? {} : { job }),
  };
  const runs = await withDatabase(options, (database) => database.listRuns(filter));
  const isNarrowed = status !== undefined || job !== undefined;
  const none = isNarrowed ? "No such runs." : noRuns;
  say(options, { data: runs }, runs.length === 0 ? none : runs.map(inWords).join("\n"));
}

async function unknown(runId: string, options: OperatingOptions): Promise<void> {
  const effects = await withDatabase(options, (database) => database.unknownEffects(runId));
  if (effects === undefined)
    throw new CommandError(`There is no run ${runId}.`, 'Look for it with "annex jobs list".');
  const lines = effects.map(({ effectKey, description }) => `${effectKey}  ${description}`);
  say(options, { data: effects }, lines.length === 0 ? "Nothing is open." : lines.join("\n"));
}

async function resolve(
  runId: string,
  effectKey: string,
  seen: string,
  options: OperatingOptions,
): Promise<void> {
  if (seen !== "done" && seen !== "not-done")
    throw new CommandError(`"${seen}" is not what can be seen.`, 'Say "done" or "not-done".');
  const run = await withDatabase(options, (database) => database.resolveEffect(runId, effectKey, seen));
  if (run === undefined)
    throw new CommandError(
      `${runId} has nothing open of that name.`,
      `Look at what is with "annex jobs unknown ${runId}".`,
    );
  say(options, run, inWords(run));
}

async function act(
  options: OperatingOptions,
  runId: string,
  done: string,
  action: Parameters<typeof withDatabase<OperatedRun | undefined>>[1],
): Promise<void> {
  const run = await withDatabase(options, action);
  if (run === undefined)
    throw new CommandError(`${runId} is no run that can be ${done}.`, 'Look at it with "annex jobs list".');
  say(options, run, inWords(run));
}

function leftOpen({ whatHappened }: AppError, runId: string): CommandError {
  return new CommandError(
    whatHappened,
    `Look at what with "annex jobs unknown ${runId}", and say what you saw with "annex jobs resolve": the run goes on.`,
  );
}

function inWords({ runId, job, status, installedAppId, createdAt, error }: OperatedRun): string {
  const why = error === undefined ? "" : `  ${error.code}: ${error.whatHappened}`;
  return `${createdAt.toISOString()}  ${status.padEnd(9)}  ${job.padEnd(24)}  ${installedAppId}  ${runId}${why}`;
}
