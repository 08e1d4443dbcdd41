/** How one delivery goes: straight to the app and back, or as the faults that struck it want it. */
import type { Deadline } from "../clock.ts";
import type { Delay, DeliveryStrike } from "../faults/index.ts";
import type { AppAnswer } from "./send.ts";

/** What a course is made of; each step is carried out, and put on record, by whoever runs the delivery. */
export type CourseSteps<Result> = {
  /** How long Cloud waits for an answer, in milliseconds. */
  readonly limit: number;
  /** Waits for one after the other, each until its fault is ended at the latest; gives the milliseconds that it took. */
  waitOut(delays: readonly Delay[]): Promise<number>;
  /** Cloud's patience, which begins to run. */
  timeLimit(): Deadline;
  /** Sends it, waits so long for the answer, and records it. */
  send(limit: number): Promise<AppAnswer>;
  /** Sends it without Cloud hearing the answer, which may be put on record before it is tried again. */
  sendUnheard(answered: (answer: AppAnswer) => Promise<void>): Promise<AppAnswer>;
  /** Sends the very same body again, as a delivery of its own. */
  sendCopy(): Promise<AppAnswer>;
  /** What the answer to a copy means, where Cloud hears it. */
  hearCopy(answer: AppAnswer): Promise<void>;
  /** Sends the uninstall event of the same installation. */
  sendUninstall(): Promise<unknown>;
  /** Records that Cloud heard nothing in time, and what it does not know. */
  giveUp(unheard?: string): Promise<AppAnswer>;
  /** Adds to the record what Cloud never heard. */
  note(unheard: string): Promise<void>;
  /** What the answer means for the installation. May refuse. */
  conclude(answer: AppAnswer): Promise<Result>;
  /** Goes on after the caller was answered. */
  inBackground(work: () => Promise<void>): void;
  /** Puts on record that it arrives after these, whatever becomes of this process. */
  hold(delays: readonly Delay[]): Promise<void>;
  /** The same of what arrives after the uninstall event of its own installation. */
  holdBehindUninstall(delays: readonly Delay[]): Promise<void>;
  /** Puts on record that the uninstall event was sent. */
  letUninstallGo(): Promise<void>;
  /** Takes that back: it has arrived, or it is in time after all. */
  letGo(): Promise<void>;
};

type Effect = DeliveryStrike["effect"];

/** What an effect says of something that arrives. */
export type Copies = Pick<Effect, "copiesAfter" | "copiesAtOnce">;

/** The steps of something that arrives when nobody waits for it any more. */
export type Arrival = Pick<CourseSteps<unknown>, "sendUnheard" | "sendCopy" | "note" | "letGo">;

/** Runs a delivery. Throws what `conclude` throws, after everything that has to arrive has arrived. */
export async function runCourse<Result>(effect: Effect, steps: CourseSteps<Result>): Promise<Result> {
  const { heldBack, delays } = effect;
  if (heldBack === "until-uninstalled") return afterUninstall(effect, steps);
  if (heldBack !== undefined) {
    const all = [heldBack, ...delays];
    await steps.hold(all);
    return afterGivingUp(effect, steps, steps.waitOut(all));
  }
  const late = sumOf(delays);
  if (late >= steps.limit) return tooLate(effect, steps);
  // Not longer than it was meant to be: a clock that was put ahead meanwhile takes nothing of the limit.
  return heard(effect, steps, Math.min(late, await steps.waitOut(delays)));
}

function sumOf(delays: Effect["delays"]): number {
  return delays.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
}

/** It reaches the app in time, so late; Cloud hears the answer unless that is lost. */
async function heard<Result>(effect: Effect, steps: CourseSteps<Result>, late: number): Promise<Result> {
  if (effect.answerLost === true) return steps.conclude(await steps.giveUp(await sentUnheard(effect, steps)));
  return arrive(effect, steps, steps.limit - late);
}

/** It would arrive after Cloud has given up; where what holds it is ended before that, it is in time after all. */
async function tooLate<Result>(effect: Effect, steps: CourseSteps<Result>): Promise<Result> {
  const { signal, release } = steps.timeLimit();
  const givenUp = new Promise<undefined>((resolve) =>
    signal.addEventListener("abort", () => resolve(undefined), { once: true }),
  );
  await steps.hold(effect.delays);
  const arrival = steps.waitOut(effect.delays);
  const late = await Promise.race([givenUp, arrival]).finally(release);
  if (late === undefined) return afterGivingUp(effect, steps, arrival);
  await steps.letGo();
  return heard(effect, steps, late);
}

async function arrive<Result>(effect: Effect, steps: CourseSteps<Result>, limit: number): Promise<Result> {
  const sendCopy = async () => steps.hearCopy(await steps.sendCopy());
  const atOnce = Array.from({ length: effect.copiesAtOnce ?? 0 }, sendCopy);
  const answer = await steps.send(limit);
  try {
    return await steps.conclude(answer);
  } finally {
    await Promise.all(atOnce);
    await sendCopiesAfter(effect, sendCopy);
  }
}

/** Cloud has given up; it arrives all the same. */
async function afterGivingUp<Result>(
  effect: Effect,
  steps: CourseSteps<Result>,
  arrival: Promise<unknown>,
): Promise<Result> {
  steps.inBackground(async () => {
    await arrival;
    await arriveUnheard(effect, steps);
  });
  return steps.conclude(await steps.giveUp());
}

async function afterUninstall<Result>(effect: Effect, steps: CourseSteps<Result>): Promise<Result> {
  const { delays } = effect;
  // First of all: a Cloud that ends while it sends the uninstall has both to send after its next start.
  await steps.holdBehindUninstall(delays);
  const answer = await steps.giveUp();
  const arrive = async () => {
    await steps.waitOut(delays);
    await arriveUnheard(effect, steps);
  };
  try {
    return await steps.conclude(answer);
  } finally {
    await steps.sendUninstall();
    await steps.letUninstallGo();
    // Nobody waits for what comes later than Cloud itself would.
    if (sumOf(delays) < steps.limit) await arrive();
    else steps.inBackground(arrive);
  }
}

/** It arrives though Cloud has given up, which is put on record beside that. */
export async function arriveUnheard(effect: Copies, steps: Arrival): Promise<void> {
  await sentUnheard(effect, steps, (unheard) => steps.note(unheard));
  await steps.letGo();
}

/** It is sent, copies and all, and Cloud hears nothing of it. Gives what there was to hear, in words. */
async function sentUnheard(
  effect: Copies,
  steps: Arrival,
  note?: (unheard: string) => Promise<void>,
): Promise<string> {
  const atOnce = Array.from({ length: effect.copiesAtOnce ?? 0 }, () => steps.sendCopy());
  const sent = steps.sendUnheard(async (answer) => note?.(inWords(answer)));
  const [answer] = await Promise.all([sent, ...atOnce]);
  await sendCopiesAfter(effect, () => steps.sendCopy());
  return inWords(answer);
}

function inWords({ status, error }: AppAnswer): string {
  return status === null
    ? `sent all the same, with ${error ?? "no answer"}`
    : `the app answered ${status}, which Cloud never heard`;
}

async function sendCopiesAfter(effect: Copies, sendCopy: () => Promise<unknown>): Promise<void> {
  for (let sent = 0; sent < (effect.copiesAfter ?? 0); sent += 1) await sendCopy();
}
