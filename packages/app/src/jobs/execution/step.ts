/** A step: a piece of work that is done once for a run, and whose result is kept. */
import { createHash } from "node:crypto";
import { CloudAtFirstUse } from "../../context/cloud-at-first-use.ts";
import type { JobStarter } from "../../context/index.ts";
import type { NewRun } from "../../stores/interface.ts";
import type { StoredRun } from "../../stores/runs.ts";
import { decodeValue, encodeValue } from "../../values/index.ts";
import type { Job, JobContext, StepContext } from "../interface.ts";
import { causeOf } from "../policy/causes.ts";
import { keyReused } from "../starting.ts";
import { runScope } from "./effects.ts";
import { dataConflict, stepNameUsedTwice, stopError } from "./failures.ts";
import { toldStep } from "./telling.ts";
import type { BoundContext } from "./work.ts";
import type { Workshop } from "./workshop.ts";

type Step = JobContext<unknown>["step"];

export type StepParts = {
  readonly workshop: Workshop;
  readonly run: StoredRun;
  /** The context, with the guard asked. */
  readonly bind: () => Promise<BoundContext>;
  readonly assertGoesOn: () => Promise<void>;
  /** Failures since a step was last finished. */
  readonly count: { failures: number };
};

export function createStep(parts: StepParts): Step {
  const { workshop, run, count } = parts;
  const names = new Set<string>();
  let finished: Map<string, string | undefined> | undefined;
  const step = async <Value>(
    name: string,
    work: (step: StepContext) => Value | Promise<Value>,
  ): Promise<Value> => {
    if (names.has(name)) throw stepNameUsedTwice(name);
    names.add(name);
    // A first start has nothing to look up.
    finished ??= new Map(run.attempt > 1 ? await workshop.store.runs.finishedSteps(run.runNumber) : []);
    const text = finished.get(name);
    // Each is asked for once: what was looked up is let go as the run comes by.
    if (finished.delete(name)) return decodeValue(text) as Value;
    // The guard and the fence, last of all before the work.
    const context = await parts.bind();
    await parts.assertGoesOn();
    workshop.crashPoint("job-step-begins");
    return toldStep(run, name, async () => {
      const begun = beginStep(parts, context, name);
      const value = await work(begun.context);
      const text = encodeValue(value, `The result of step "${name}"`);
      workshop.crashPoint("job-step-worked");
      await begun.keep(text);
      count.failures = 0;
      workshop.crashPoint("job-step-saved");
      // Decoded, so that the first start sees what a later one will.
      return decodeValue(text) as Value;
    });
  };
  // The public type takes a further argument that nobody has, to refuse secrets while compiling.
  return step as Step;
}

/** What a step's function gets, and how its result is kept with what it wrote and started, in one commit. */
function beginStep({ workshop, run, count, assertGoesOn }: StepParts, context: BoundContext, name: string) {
  const { store } = workshop;
  const documents = workshop.documentUnit(context.installation);
  const prepare = workshop.prepareStarts(run.installedAppId, {
    id: `${run.runId}/${name}`,
    cause: causeOf(run),
  });
  const runs: NewRun[] = [];
  const jobs: JobStarter = {
    start: (job, ...[input, options]) => {
      runs.push(prepare(job as unknown as Job<never, unknown>, input, options));
    },
  };
  const given = new GivenStep(
    { effectKey: effectKey(run, name), attempt: count.failures + 1, data: documents.writer, jobs },
    () => workshop.cloudOf(context.installation, runScope(workshop, run, name)),
  );
  const keep = async (result: string | undefined) => {
    const { runNumber, fence } = run;
    const unit = { ...(await documents.taken()), runs, step: { holder: { runNumber, fence }, name, result } };
    const committed = await store.commit(unit, workshop.clock());
    if (committed.outcome === "conflict") throw dataConflict();
    if (committed.outcome === "key-reused") throw keyReused();
    if (committed.outcome === "committed") {
      if (runs.length > 0) workshop.wake();
      return;
    }
    await assertGoesOn();
    throw stopError("lost");
  };
  return { context: given, keep };
}

class GivenStep extends CloudAtFirstUse implements StepContext {
  readonly effectKey: string;
  readonly attempt: number;
  readonly data: StepContext["data"];
  readonly jobs: StepContext["jobs"];

  constructor(given: Omit<StepContext, "cloud">, makeCloud: () => StepContext["cloud"]) {
    super(makeCloud);
    this.effectKey = given.effectKey;
    this.attempt = given.attempt;
    this.data = given.data;
    this.jobs = given.jobs;
  }
}

/** Stable for an installation, run and step, for ever; letters, digits, `-` and `_` only, 48 characters. */
function effectKey(run: StoredRun, step: string): string {
  const identity = [run.installedAppId, run.runId, step].join("\n");
  return `annex${createHash("sha256").update(identity).digest("base64url")}`;
}
