/** Which rules run, and why one of them can't. */
import { type Found, NothingShown, type NotTested, notTested, type Verdict } from "../evidence/index.ts";
import type { Need, Rule } from "../rules/index.ts";
import { CheckError, type CheckOptions } from "../world/index.ts";

/** The rules asked for, in the order of the catalogue. @throws CheckError for an id that no rule has, and where none is left. */
export function chooseRules(
  rules: readonly Rule[],
  { only, skip }: Pick<CheckOptions, "only" | "skip">,
): readonly Rule[] {
  const known = new Set(rules.map(({ id }) => id));
  const unknown = [...(only ?? []), ...(skip ?? [])].find((id) => !known.has(id));
  if (unknown !== undefined)
    throw new CheckError(`There is no rule "${unknown}".`, `There are: ${[...known].join(", ")}.`);
  const chosen = rules.filter(({ id }) => (only?.includes(id) ?? true) && !(skip?.includes(id) ?? false));
  if (chosen.length > 0) return chosen;
  throw new CheckError(
    "No rule is left to check.",
    "Name others with --only, or leave fewer out with --skip.",
  );
}

type Missing = { readonly reason: string; readonly need: string };

/** The verdict `not_tested` with its reason, where a rule lacks what it needs. */
export function missingNeed(rule: Rule, options: CheckOptions): Verdict | undefined {
  const missing = (rule.needs ?? []).map((need) => missingOf(need, options)).find((one) => one !== undefined);
  if (missing !== undefined) return notTested(missing.reason, missing.need);
  if (options.fast === true && rule.pace === "alone")
    return notTested("It was left out by --fast.", "Run without --fast.");
  return undefined;
}

function missingOf(need: Need, options: CheckOptions): Missing | undefined {
  const absent: Readonly<Record<Need, Missing | undefined>> = {
    start:
      options.start === undefined
        ? {
            reason: "The checker is not the Cloud that this app calls, and may not restart it.",
            need: startNeeded,
          }
        : undefined,
    browser: options.fast === true ? leftOut : undefined,
    waiting: options.fast === true ? leftOut : undefined,
    database:
      options.database === undefined
        ? { reason: "What the app stores was not shown.", need: "Give --database with its file or folder." }
        : undefined,
    log:
      options.start === undefined && (options.logs ?? []).length === 0
        ? { reason: "The app's log was not shown.", need: "Give --log with its file, or --start." }
        : undefined,
  };
  return absent[need];
}

const startNeeded =
  'Give --start with the command that runs the app, for example --start "CLOUD_API={cloud} npm start".';

/**
 * The verdict of a rule that was ended. A page shows nothing of what was planted in the checker's own ledger where the app was
 * not started by it, whatever page it is: then no other page is asked for.
 */
export function verdictOfThrown(error: NotTested | Found, { start }: Pick<CheckOptions, "start">): Verdict {
  if (start !== undefined || !(error instanceof NothingShown)) return error.verdict;
  return notTested(
    "The checker is not the Cloud that this app calls, so that nothing of the records it has planted can be on the app's page.",
    startNeeded,
  );
}

const leftOut: Missing = { reason: "It was left out by --fast.", need: "Run without --fast." };
