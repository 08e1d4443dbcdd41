/** What the portal's routes share. */
import { AppError, type InstallationJobs, type JobRun, type PortalContext } from "@annex/app";
import { type Books, booksName } from "../mapping/books.ts";
import { isActive } from "../runs.ts";
import type { StripeAccess } from "../stripe/access.ts";
import type { CorrectJob } from "../sync/correct-job.ts";
import type { SyncJob, SyncParts } from "../sync/job.ts";
import { currentBooks, knownBooks, type SyncData, syncData } from "../sync/register.ts";

export type PortalParts = SyncParts & { readonly job: SyncJob; readonly correct: CorrectJob };

/** Entries read at once while something is looked for. */
export const scanSize = 200;
/** More never wait: a person's, the schedule's, that of an event. */
const mostQueued = 10;

/**
 * The newest run, and the one under way. At most a few are: each starts only when the one before has ended. One that has
 * been put off and has not begun is in nobody's way.
 */
export async function latestRuns(
  jobs: InstallationJobs,
  job: SyncJob,
): Promise<{ readonly last?: JobRun; readonly active?: JobRun }> {
  const [last] = await jobs.list({ job: job.name, limit: 1 });
  const under = [
    ...(await jobs.list({ job: job.name, status: "running", limit: 1 })),
    ...(await jobs.list({ job: job.name, status: "queued", limit: mostQueued })),
  ];
  const active = under.find((run) => isActive(run) && !isPutOff(run));
  return { ...(last === undefined ? {} : { last }), ...(active === undefined ? {} : { active }) };
}

function isPutOff({ status, waitsUntil, startedAt }: JobRun): boolean {
  return status === "queued" && waitsUntil !== undefined && startedAt === undefined;
}

/** Books with what is kept of them. */
export type Register = Books & { readonly data: SyncData };

/**
 * The register of the books that the query names as `books`, else of those that are read now; undefined before the first
 * run.
 *
 * @throws AppError 404 for a name that no books have
 */
export async function registerOf(c: PortalContext): Promise<Register | undefined> {
  const name = c.query("books") ?? "";
  const books = name === "" ? await currentBooks(c.data) : await booksNamed(c, name);
  return books === undefined ? undefined : { ...books, data: syncData(c.data, books) };
}

async function booksNamed(c: PortalContext, name: string): Promise<Books> {
  const books = (await knownBooks(c.data)).find((known) => booksName(known) === name);
  if (books === undefined) throw nothingHere("account and mode");
  return books;
}

/** The same where there must be one. @throws AppError 404 naming what was looked for. */
export async function registered(c: PortalContext, what: string): Promise<Register> {
  const books = await registerOf(c);
  if (books !== undefined) return books;
  throw nothingHere(what);
}

/**
 * What the pages link to stays where it was after a key of another account or mode: it is looked for in the current
 * books first, and then in those that were read before. Ids of Stripe's are never the same in two of them.
 *
 * @throws AppError 404 naming what was looked for
 */
export async function foundInBooks<Value>(
  c: PortalContext,
  what: string,
  find: (data: SyncData) => Promise<Value | undefined>,
): Promise<FoundInBooks<Value>> {
  const current = await currentBooks(c.data);
  for (const books of await knownBooks(c.data)) {
    const data = syncData(c.data, books);
    const value = await find(data);
    if (value === undefined) continue;
    const name = booksName(books);
    const isCurrent = current !== undefined && booksName(current) === name;
    return { data, value, ...(isCurrent ? {} : { former: name }) };
  }
  throw nothingHere(what);
}

export type FoundInBooks<Value> = {
  readonly data: SyncData;
  readonly value: Value;
  /** The name of the books that it was found in, where they are not those that are read now. */
  readonly former?: string;
};

/** Nothing has this id. */
export function nothingHere(what: string): AppError {
  return new AppError({
    code: "not_found",
    status: 404,
    whatHappened: `There is no ${what} with this id.`,
    whatToDo: "Go back to the list.",
  });
}

/** The Stripe of this installation, or why there is none. */
export async function stripeFor(
  c: PortalContext,
  { stripeOf }: PortalParts,
): Promise<{ readonly stripe: StripeAccess } | { readonly problem: unknown }> {
  try {
    return { stripe: await stripeOf(c) };
  } catch (problem) {
    return { problem };
  }
}
