/** Which failures a person can mend, and how. Looks at an error, then at what caused it. */
import {
  CopyError,
  EnvironmentError,
  NoDatabase,
  StoreUnavailable,
  StoreVersionError,
} from "@annex/app/operating";
import { BooksNotMoved, DirectoryInUse, OtherVersion } from "@annex/ledger";
import { Refusal, SandboxStartError } from "@annex/sandbox";
import { CommandError } from "./command-error.ts";
import { explainDatabaseFailure } from "./database-failures.ts";
import { type Explanation, factsOf } from "./facts.ts";
import { explainSystemFailure } from "./system-failures.ts";

const deepestCause = 5;

/**
 * The two lines for an error that is known, or `undefined` for one that nobody foresaw.
 *
 * @example
 * ```ts
 * explain(error); // { what: "Port 4400 is in use.", next: "Stop what uses it, or …" }
 * ```
 */
export function explain(error: unknown): Explanation | undefined {
  let current = error;
  for (let depth = 0; depth < deepestCause && current !== undefined && current !== null; depth += 1) {
    const explanation = explainOne(current);
    if (explanation !== undefined) return explanation;
    current = (current as { cause?: unknown }).cause;
  }
  return undefined;
}

function explainOne(error: unknown): Explanation | undefined {
  if (error instanceof CommandError) return { what: error.message, next: error.next };
  if (error instanceof SandboxStartError) return explainStart(error);
  if (error instanceof Refusal) return explainRefusal(error);
  if (error instanceof DirectoryInUse) {
    return {
      what: `The ledger's folder ${error.directory} is in use by another process.`,
      next: "Stop it first, or name another folder with --data.",
    };
  }
  if (error instanceof BooksNotMoved) return { what: error.message, next: error.next };
  if (error instanceof OtherVersion) {
    return {
      what: `The books in ${error.directory} were written by PostgreSQL ${error.version}, which this release has not.`,
      next: "Export them with the release that wrote them (annex ledger export), and import them into a new folder.",
    };
  }
  if (error instanceof EnvironmentError)
    return {
      what: error.message,
      next: `Set ${error.variable} to what it wants, then run the command again.`,
    };
  if (error instanceof NoDatabase)
    return {
      what: error.message,
      next: "Give ANNEX_DATABASE as the app has it: beside `annex dev` it is another one, and the run file says where. An app that starts makes it, and so does `annex migrate`.",
    };
  if (error instanceof StoreVersionError)
    return { what: error.message, next: "Run the command of the version that wrote it." };
  if (error instanceof StoreUnavailable)
    return {
      what: error.message,
      next: "See that the database can be reached and written, then run the command again.",
    };
  if (error instanceof CopyError)
    return { what: error.message, next: "Stop the app, then run the copy again; it goes on where it was." };
  const facts = factsOf(error);
  return explainSystemFailure(facts) ?? explainDatabaseFailure(facts);
}

function explainStart(error: SandboxStartError): Explanation {
  const what = error.message.slice(0, error.message.length - error.whatToDo.length).trimEnd();
  return { what, next: error.whatToDo };
}

function explainRefusal(error: Refusal): Explanation {
  const { field } = error.details;
  const next =
    field === undefined
      ? "Change what was given, and try again."
      : `Change "${field}" in the app's manifest, and try again.`;
  return { what: error.message, next };
}
