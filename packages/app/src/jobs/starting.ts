/** From what the app's code asks to start to the run that is stored. */
import { hash } from "node:crypto";
import { problemInWords } from "@annex/protocol/problem-words";
import type { StartOptions } from "../context/index.ts";
import { AppError } from "../errors/app-error.ts";
import { actingNow } from "../process/whose-code.ts";
import type { NewRun, RunKey } from "../stores/interface.ts";
import { currentTrace } from "../telemetry/index.ts";
import { encodeValue } from "../values/index.ts";
import type { Job, RunCause } from "./interface.ts";

/** Makes a run of a job for one installation, its input checked. */
export type PrepareStart = (job: Job<never, unknown>, input: unknown, options?: StartOptions) => NewRun;

/** What starts runs: a run, one of its steps, a portal call, or something outside. */
export type StartingWork = {
  /** What it starts without a key of its own it starts once; as often as it is asked where it has no id. */
  readonly id?: string;
  /** Who or what its starts are caused by. */
  readonly cause?: RunCause | undefined;
  /** When the keys of its starts may be forgotten, in milliseconds since 1970; with the installation unless given. */
  readonly keysExpireAt?: number;
};

/**
 * Binds the starts of an installation.
 *
 * @param parent the work whose handler starts others: a start without a key gets one of its own there, so that a
 * handler that is run again starts nothing twice, in whatever order it starts things then
 */
export function prepareStarts(
  isDefined: (job: Job<never, unknown>) => boolean,
  installedAppId: string,
  parent?: StartingWork,
): PrepareStart {
  const counts = new Map<string, number>();
  const keyOfChild = (job: string, input: string | undefined): RunKey | undefined => {
    if (parent?.id === undefined) return undefined;
    const fingerprint = fingerprintOf(input);
    const start = `${job}\n${fingerprint}`;
    const count = (counts.get(start) ?? 0) + 1;
    counts.set(start, count);
    const expires = parent.keysExpireAt === undefined ? {} : { expiresAt: parent.keysExpireAt };
    return { text: `parent/${parent.id}/${fingerprint}/${count}`, fingerprint, ...expires };
  };
  return (job, input, options = {}) => {
    if (!isDefined(job)) throw new TypeError(`Job "${job.name}" was not defined with this app.`);
    const text = encodeValue(checkedInput(job, input), `The input of job ${job.name}`);
    const key =
      options.idempotencyKey === undefined
        ? keyOfChild(job.name, text)
        : ownKey(options.idempotencyKey, text);
    return {
      installedAppId,
      job: job.name,
      input: text,
      trace: currentTrace(),
      ...startedBy(),
      ...(parent?.cause === undefined ? {} : { cause: JSON.stringify(parent.cause) }),
      ...(options.unlessUnderWay === true ? { unlessUnderWay: true } : {}),
      ...(options.notBefore === undefined ? {} : { startsAt: timeOf(options.notBefore) }),
      ...(key === undefined ? {} : { key }),
    };
  };
}

function timeOf(notBefore: Date): number {
  const time = notBefore.getTime();
  if (Number.isNaN(time)) throw new TypeError("notBefore of a start is no date.");
  return time;
}

/** What a run starts is the doing of who started that one; a job may start a hundred thousand of them. */
function startedBy(): Pick<NewRun, "startedBy"> {
  const actor = actingNow();
  return actor.kind === "job" ? {} : { startedBy: actor };
}

/**
 * What tells two inputs apart that the same code has written. It is a part of the keys of what a run starts, which are
 * kept over an upgrade: with any other, a run that is gone on with would start all of it once more.
 */
export function fingerprintOf(input: string | undefined): string {
  return hash("sha256", input ?? "", "base64url");
}

/** Under a key of the app's own, whoever repeats it may write the fields in another order. */
function ownKey(key: string, input: string | undefined): RunKey {
  const inOrder = input === undefined ? undefined : JSON.stringify(JSON.parse(input, sorted));
  return {
    text: `key/${key}`,
    fingerprint: fingerprintOf(inOrder),
    fingerprintAsWritten: fingerprintOf(input),
  };
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function checkedInput(job: Job<never, unknown>, input: unknown): unknown {
  if (job.options.input === undefined) return input;
  const parsed = job.options.input.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? "input" : issue.path.map(String).join(".");
  throw new AppError({
    code: "invalid_input",
    status: 422,
    whatHappened: `The job was not started: ${field} ${issue === undefined ? "is not valid" : problemInWords(issue)}.`,
    whatToDo: `Correct ${field}, then start it again.`,
    details: { field },
  });
}

/** A start under a key that is known with another input. */
export function keyReused(): AppError {
  return new AppError({
    code: "idempotency_key_reused",
    status: 409,
    whatHappened: "This idempotency key was used before with another input; nothing was started.",
    whatToDo: "Use a new key for a new input.",
    details: { field: "idempotencyKey" },
  });
}
