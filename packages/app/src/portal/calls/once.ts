/**
 * One press is one call. The first request that comes with a key carries the call out and files its answer; whoever
 * repeats it gets that answer, or waits for it, also at another replica. A call that ended with a trouble, or whose
 * process died, is carried out again under the same memory of what it sent to Cloud, so that nothing is done twice.
 * May touch the store. Contract section 7; effects once.
 */
import { randomUUID } from "node:crypto";
import type { EffectScope } from "@annex/client";
import { AppError, type AppErrorFields } from "../../errors/app-error.ts";
import { describeFailure } from "../../errors/describe.ts";
import { callScope } from "../../jobs/execution/effects.ts";
import { createWorkerIdentity, isDead } from "../../jobs/execution/worker-identity.ts";
import type { Log } from "../../log/index.ts";
import type { CallHolder, Store } from "../../stores/interface.ts";
import { type CheckedAnswer, isPageHead, type KeptAnswer, keepAnswer, recallAnswer } from "./answers.ts";
import type { Deadline } from "./deadline.ts";
import type { Press } from "./press.ts";

export type OnceParts = {
  readonly store: Pick<Store, "calls" | "effects">;
  /** In milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: Log;
};

/** How a call ended. */
export type Outcome = {
  readonly ending:
    | { readonly answer: () => CheckedAnswer }
    /** What was thrown. */
    | { readonly error: unknown };
  /** Whether the key is used up: what a person does next is another press. */
  readonly isConcluded: boolean;
};

/** Carries a call out. */
export type CarryOut = (scope: EffectScope) => Promise<CheckedAnswer>;

export type Once = {
  /**
   * @throws AppError 409 `idempotency_key_reused` for something else under the key; 409 `call_under_way` when it is
   * still being carried out elsewhere
   */
  carryOut(press: Press, deadline: Deadline, carryOut: CarryOut): Promise<Outcome>;
  /**
   * Whether a call has ended with what is no page, such as a file; looked up, and never carried out. What ended with a
   * page, the page says.
   */
  hasEndedWithoutPage(press: Press): Promise<boolean>;
  /** What is under way here is nobody's from now on. */
  retire(): void;
};

/** A call that is left behind holds its key so much longer: the client's own tries are over by then. */
const graceMilliseconds = 60_000;
/** So long a repeated request waits for the first one at another replica; between two looks it rests. */
const waitMilliseconds = 20_000;
const restMilliseconds = 250;

/** What stands in the store about who carries a call out; nobody where there is no worker. */
type Holding = { readonly fingerprint: string; readonly worker?: string; readonly until?: number };

type Parts = OnceParts & { readonly worker: string };

export function createOnce(given: OnceParts): Once {
  const { worker, retire } = createWorkerIdentity();
  const parts: Parts = { ...given, worker };
  const underWay = new Map<string, { readonly fingerprint: string; readonly outcome: Promise<Outcome> }>();
  return {
    retire,
    hasEndedWithoutPage: async ({ address, fingerprint }) => {
      const filed = await parts.store.calls.find(address);
      if (filed?.answer === undefined) return false;
      if ((JSON.parse(filed.holding) as Holding).fingerprint !== fingerprint) return false;
      const ending = JSON.parse(filed.answer) as KeptEnding;
      return "answer" in ending && !isPage(ending.answer);
    },
    carryOut: async (press, deadline, carryOut) => {
      const id = `${press.address.installedAppId}/${press.address.key}`;
      const known = underWay.get(id);
      if (known !== undefined) {
        if (known.fingerprint !== press.fingerprint) throw keyReused();
        return known.outcome;
      }
      const outcome = attempt(parts, press, deadline, carryOut);
      underWay.set(id, { fingerprint: press.fingerprint, outcome });
      try {
        return await outcome;
      } finally {
        underWay.delete(id);
      }
    },
  };
}

async function attempt(parts: Parts, press: Press, deadline: Deadline, carryOut: CarryOut): Promise<Outcome> {
  const until = () => parts.clock() + deadline.milliseconds + graceMilliseconds;
  const claimed = await claim(parts, press, until);
  if ("ending" in claimed) return claimed;
  // What is left behind still holds the call, and what it ends with is kept for who asks again.
  const held = hold(parts, press, claimed, carryOut);
  return deadline.limit(held).catch((error: unknown) => ({ ending: { error }, isConcluded: false }));
}

/** Takes the call, or finds how it ended. */
async function claim(parts: Parts, { address, fingerprint }: Press, until: () => number) {
  const { calls } = parts.store;
  for (let waited = 0; ; waited += restMilliseconds) {
    const holding = JSON.stringify({ fingerprint, worker: parts.worker, until: until(), id: randomUUID() });
    const mine: CallHolder = { ...address, holding };
    const filed = await calls.begin(mine, parts.clock());
    if (filed === undefined) return mine;
    // It was written here.
    const theirs = JSON.parse(filed.holding) as Holding;
    if (theirs.fingerprint !== fingerprint) throw keyReused();
    if (filed.answer !== undefined) return recalled(JSON.parse(filed.answer) as KeptEnding);
    const isOver = isLetGo(theirs, parts.clock(), until());
    if (isOver && (await calls.pass({ ...address, holding: filed.holding }, holding))) return mine;
    if (waited >= waitMilliseconds) throw stillUnderWay();
    if (!isOver) await rest();
  }
}

/** Nobody carries it out any more; a time that no holder can have written was written by a clock that was wrong. */
function isLetGo({ worker, until }: Holding, now: number, furthest: number): boolean {
  if (worker === undefined || until === undefined || isDead(worker)) return true;
  return now >= until || until > furthest + graceMilliseconds;
}

async function hold(parts: Parts, press: Press, holder: CallHolder, carryOut: CarryOut): Promise<Outcome> {
  const { scope, hasDone } = watched(callScope({ effects: parts.store.effects, clock: parts.clock }, holder));
  try {
    const checked = await carryOut(scope);
    const { kept, first } = await keepAnswer(checked);
    const isConcluded = isFinal(first.status, hasDone());
    const filed = await file(parts, press, holder, isConcluded ? { answer: kept } : undefined);
    return { ending: { answer: answerOnce(first, kept) }, isConcluded: isConcluded && filed };
  } catch (error) {
    const described = describeFailure(error);
    const isConcluded = isFinal(described.status, hasDone()) && described.code !== "outcome_unknown";
    const filed = await file(
      parts,
      press,
      holder,
      isConcluded ? { refusal: fieldsOf(described) } : undefined,
    );
    // A person who is told that nobody knows looks; what he does then, he decided.
    const isOver = (isConcluded && filed) || described.code === "outcome_unknown";
    return { ending: { error }, isConcluded: isOver };
  }
}

type KeptEnding = { readonly answer: KeptAnswer } | { readonly refusal: AppErrorFields };

/** Keeps how it ended, or lets the call go for the next who asks; whether that was possible. */
async function file(parts: Parts, press: Press, holder: CallHolder, ending: KeptEnding | undefined) {
  const { calls } = parts.store;
  try {
    if (ending !== undefined) return await calls.conclude(holder, JSON.stringify(ending));
    return await calls.pass(holder, JSON.stringify({ fingerprint: press.fingerprint, id: randomUUID() }));
  } catch (error) {
    // What was done is done: it is found again under the same key.
    parts.log.error("The answer of a portal call could not be kept.", { error });
    return false;
  }
}

/** Mistakes stay, and what was answered well; after a trouble that passes, or half of the work, it can go on. */
function isFinal(status: number, hasDone: boolean): boolean {
  if (status < 400) return true;
  const passes = status >= 500 || status === 408 || status === 423 || status === 425 || status === 429;
  return !passes && !hasDone;
}

/** A response can be read once: the first who asks gets it, everybody else what was kept of it. */
function answerOnce(first: CheckedAnswer, kept: KeptAnswer): () => CheckedAnswer {
  let isTaken = false;
  return () => {
    if (first.kind !== "response") return first;
    if (isTaken) return recallAnswer(kept) ?? answerGone();
    isTaken = true;
    return first;
  };
}

/** Whether the answer takes the place of the page, so that the page itself says that it came. */
function isPage(answer: KeptAnswer): boolean {
  // One that an earlier version kept does not say it.
  if (answer.kind === "gone") return answer.isPage === true;
  if (answer.kind !== "bytes") return answer.kind === "html";
  return isPageHead(answer.headers);
}

function recalled(ending: KeptEnding): Outcome {
  if ("refusal" in ending) return { ending: { error: new AppError(ending.refusal) }, isConcluded: true };
  return { ending: { answer: () => recallAnswer(ending.answer) ?? answerGone() }, isConcluded: true };
}

function watched(scope: EffectScope): { readonly scope: EffectScope; hasDone(): boolean } {
  const noted = new Set<string>();
  return {
    hasDone: () => noted.size > 0,
    scope: {
      key: scope.key,
      intend: async (effect) => {
        const note = await scope.intend(effect);
        noted.add(effect.id);
        return note;
      },
      settle: async (effect, ending) => {
        await scope.settle(effect, ending);
        if (ending.outcome === "not-done") noted.delete(effect.id);
      },
    },
  };
}

function fieldsOf({ code, status, whatHappened, whatToDo, details }: AppError): AppErrorFields {
  return { code, status, whatHappened, whatToDo, details };
}

function keyReused(): AppError {
  return new AppError({
    code: "idempotency_key_reused",
    status: 409,
    whatHappened: "This Idempotency-Key came before with something else; nothing was done.",
    whatToDo: "Send a new key for each press, and the same only to repeat the very same call.",
    details: { field: "idempotency-key" },
  });
}

function stillUnderWay(): AppError {
  return new AppError({
    code: "call_under_way",
    status: 409,
    whatHappened: "The same call is still being carried out; it was not begun a second time.",
    whatToDo: "Ask again in a moment, under the same key.",
    details: { retry_after: 5, outcome: "unknown" },
  });
}

function answerGone(): never {
  throw new AppError({
    code: "answer_gone",
    status: 409,
    whatHappened: "This was done before, and was not done again. Its answer was too large to be kept.",
    whatToDo: "Load the page again to see what was done.",
  });
}

function rest(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, restMilliseconds);
  });
}
