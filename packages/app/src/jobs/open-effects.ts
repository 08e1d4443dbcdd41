/**
 * What a run, or a hook, sent to Cloud of which no result is known: what a person reads of it, and what happens when he
 * says what he saw. One rule for the portal's pages and for who operates the app.
 */
import { parseExactJson } from "@annex/protocol/words";
import type { Actor } from "../audit/index.ts";
import { AppError } from "../errors/app-error.ts";
import type { Store, StoredEffect } from "../stores/interface.ts";
import type { StoredRun } from "../stores/runs.ts";
import type { UnknownEffect } from "./interface.ts";

/** What a person saw of one effect. */
export type Sight = { readonly effectKey: string; readonly seen: "done" | "not-done" };

/**
 * Notes what a person saw. When he has said it of all that is open, a run that failed goes on; one that was cancelled
 * stays so.
 *
 * @returns the run as it stands then; undefined when it has no such open effect
 */
export async function resolveEffect(
  { effects, runs }: Pick<Store, "effects" | "runs">,
  run: StoredRun,
  { effectKey, seen }: Sight,
  now: number,
  actor: Actor,
): Promise<StoredRun | undefined> {
  const { runId, installedAppId } = run;
  if (!(await effects.answer(run, effectKey, seen, now, actor))) return undefined;
  if (run.status !== "failed" || isUnanswered(await effects.open(run.runNumber))) return run;
  // Two who say the last of it at once set it going once.
  return (
    (await runs.retry(installedAppId, runId, now, actor)) ?? (await runs.get(installedAppId, runId)) ?? run
  );
}

/**
 * Tries a failed or cancelled run again.
 *
 * @returns the run as it stands then; undefined when it has neither failed nor been cancelled
 * @throws AppError 409 `outcome_unknown` while there is something of which nobody has said what he saw
 */
export async function retryRun(
  { effects, runs }: Pick<Store, "effects" | "runs">,
  { runNumber, runId, installedAppId }: StoredRun,
  now: number,
  actor: Actor,
): Promise<StoredRun | undefined> {
  if (isUnanswered(await effects.open(runNumber))) throw outcomeUnknown();
  return runs.retry(installedAppId, runId, now, actor);
}

function outcomeUnknown(): AppError {
  return new AppError({
    code: "outcome_unknown",
    status: 409,
    whatHappened: "The run has done something of which nobody knows whether it happened.",
    whatToDo: "Look in Cloud whether it happened, say so, and the run goes on.",
  });
}

/** Whether there is something of which nobody has said what he saw. */
function isUnanswered(open: readonly StoredEffect[]): boolean {
  return open.some(({ seen }) => seen === undefined);
}

/** What is open of a run, in words for a person, with what was said of it: he may have been wrong, and says it anew. */
export function unknownEffectsOf(open: readonly StoredEffect[]): readonly UnknownEffect[] {
  return open.map(({ effectId, effect, seen }) => ({
    effectKey: effectId,
    description: describe(effect) + wordOf[seen ?? "nobody"],
  }));
}

const wordOf = {
  done: " (said to have happened)",
  "not-done": " (said not to have happened)",
  nobody: "",
} as const;

function describe(effect: string): string {
  // Written by the client: `what` is in words for a person.
  const { what } = parseExactJson(effect) as { readonly what?: unknown };
  return typeof what === "string" ? what : "a call to Cloud";
}
