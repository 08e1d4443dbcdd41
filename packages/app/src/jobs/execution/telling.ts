/** What is told of a run and its steps: spans, linked to what started the run, and durations. */
import { maskSecrets } from "../../log/mask.ts";
import type { Ending, StoredRun } from "../../stores/runs.ts";
import { isTold, measure, secondsSince, spanned } from "../../telemetry/index.ts";

/** Does a run's work inside a span; always resolves where the work does. */
export function told(run: StoredRun, work: () => Promise<Ending>): Promise<Ending> {
  if (!isTold()) return work();
  const job = jobAttributes(run);
  const description = {
    name: `process ${run.job}`,
    kind: "consumer",
    attributes: {
      ...job,
      "messaging.operation.type": "process",
      "messaging.message.id": run.runId,
      "annex.installation.id": run.installedAppId,
      "annex.run.attempt": run.attempt,
    },
    // Where nobody listened when it was started, it begins a trace of its own all the same.
    cause: run.trace ?? "",
  } as const;
  const began = performance.now();
  if (run.startedAt !== undefined)
    measure("annex.run.wait.duration", Math.max(0, run.startedAt - run.availableAt) / 1000, job);
  measure("annex.runs.active", 1, job);
  return spanned(description, async (span) => {
    const ending = await work();
    const outcome = { "annex.run.outcome": ending.kind, ...failureAttribute(ending) };
    span.note(outcome);
    if (ending.kind === "failed") span.fail(outcome["error.type"] ?? "_OTHER");
    measure("annex.runs.active", -1, job);
    measure("messaging.process.duration", secondsSince(began), { ...job, ...outcome });
    return ending;
  });
}

/** Does a step inside a span. */
export function toldStep<Value>(run: StoredRun, name: string, work: () => Promise<Value>): Promise<Value> {
  if (!isTold()) return work();
  const began = performance.now();
  const attributes = { "annex.step.name": maskSecrets(name), "messaging.message.id": run.runId };
  return spanned({ name: `step of ${run.job}`, kind: "internal", attributes }, async () => {
    const value = await work();
    measure("annex.step.duration", secondsSince(began), jobAttributes(run));
    return value;
  });
}

function jobAttributes(run: StoredRun) {
  return {
    "messaging.system": "annex",
    "messaging.operation.name": "process",
    "messaging.destination.name": run.job,
  };
}

function failureAttribute(ending: Ending): { readonly "error.type"?: string } {
  if (ending.kind !== "failed" && ending.kind !== "retried") return {};
  const { code } = JSON.parse(ending.failure) as { readonly code?: string };
  return code === undefined ? {} : { "error.type": code };
}
