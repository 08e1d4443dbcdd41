/**
 * Whether a member may use the app in an installation: named in the manifest's
 * launch access, and let in by the app's own check. Asked at launch, on each page
 * load and on each call. Contract sections 2 and 7.
 */

import { AppError } from "../../errors/app-error.ts";
import type { Installation } from "../../installations/installation.ts";
import type { AuthorizeUser } from "../../manifest/index.ts";

export type MayUse = {
  /** Whether the manifest alone lets a member in. */
  isNamed(userId: string | undefined): boolean;
  /** Whether the app has a check of its own, which can take a while. */
  readonly asksApp: boolean;
  /** Both rules. Answers at once where nobody has to be asked. */
  check(installation: Installation, userId: string | undefined): boolean | Promise<boolean>;
};

/** The app's own check has so long to answer; Cloud waits ten seconds for all of a launch. */
const deadlineMilliseconds = 5000;

/** What decides who may use the app. */
export type UserRules = {
  /** Members by id; nobody named means every member. */
  readonly launchAccess: readonly string[] | undefined;
  readonly authorizeUser: AuthorizeUser | undefined;
};

/**
 * Puts the two rules together.
 *
 * What the app's check does when it fails: an error lets nobody in and answers
 * `app_failed`, 500; no answer within five seconds lets nobody in and answers
 * `app_failed`, 503, with the offer to try again; anything but `true` is a no.
 */
export function createMayUse({ launchAccess = [], authorizeUser }: UserRules): MayUse {
  const named = new Set(launchAccess);
  // The later edition names nobody; who may launch is Cloud's to know then.
  const isNamed = (userId: string | undefined) =>
    named.size === 0 || userId === undefined || named.has(userId);
  return {
    isNamed,
    asksApp: authorizeUser !== undefined,
    check: (installation, userId) => {
      if (!isNamed(userId) || authorizeUser === undefined) return isNamed(userId);
      return asked(authorizeUser, installation, userId);
    },
  };
}

function asked(
  authorizeUser: AuthorizeUser,
  installation: Installation,
  userId: string | undefined,
): boolean | Promise<boolean> {
  const deadline = new AbortController();
  const answer = authorizeUser({ installation, userId, signal: deadline.signal });
  return typeof answer === "boolean" ? answer : inTime(answer, deadline);
}

async function inTime(answer: Promise<boolean>, deadline: AbortController): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(tooLate());
      deadline.abort();
    }, deadlineMilliseconds);
  });
  try {
    // A check that answers something else than the types allow has not said yes.
    return (await Promise.race([answer, late])) === true;
  } finally {
    clearTimeout(timer);
  }
}

function tooLate(): AppError {
  return new AppError({
    code: "app_failed",
    status: 503,
    whatHappened: "The app could not find out in time whether you may use it. Nothing was changed.",
    whatToDo: "Try again. If it happens again, give the reference below to the app's developer.",
    cause: new Error(`authorizeUser did not answer within ${deadlineMilliseconds} ms.`),
  });
}
