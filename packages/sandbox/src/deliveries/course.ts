/** How one delivery goes: straight to the app and back, or as the faults that struck it want it. */
import type { DeliveryStrike } from "../faults/index.ts";
import type { AppAnswer } from "./send.ts";

/** What a course is made of; each step is carried out, and put on record, by whoever runs the delivery. */
export type CourseSteps<Result> = {
  /** How long Cloud waits for an answer, in milliseconds. */
  readonly limit: number;
  wait(milliseconds: number): Promise<void>;
  /** Sends it, waits so long for the answer, and records it. */
  send(limit: number): Promise<AppAnswer>;
  /** Sends it without anybody hearing the answer. */
  sendUnheard(): Promise<AppAnswer>;
  /** Sends the very same body again, as a delivery of its own. */
  sendCopy(): Promise<unknown>;
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
};

type Effect = DeliveryStrike["effect"];

/** Runs a delivery. Throws what `conclude` throws, after everything that has to arrive has arrived. */
export async function runCourse<Result>(effect: Effect, steps: CourseSteps<Result>): Promise<Result> {
  const { heldBack, lateMilliseconds: late = 0 } = effect;
  if (heldBack === "until-uninstalled") return afterUninstall(effect, steps);
  if (heldBack !== undefined) return afterGivingUp(effect, steps, 0, heldBack.milliseconds);
  if (late >= steps.limit) return afterGivingUp(effect, steps, steps.limit, late);
  if (late > 0) await steps.wait(late);
  if (effect.answerLost === true)
    return steps.conclude(await steps.giveUp(await arriveUnheard(effect, steps)));
  return arrive(effect, steps, steps.limit - late);
}

async function arrive<Result>(effect: Effect, steps: CourseSteps<Result>, limit: number): Promise<Result> {
  const atOnce = Array.from({ length: effect.copiesAtOnce ?? 0 }, () => steps.sendCopy());
  const answer = await steps.send(limit);
  try {
    return await steps.conclude(answer);
  } finally {
    await Promise.all(atOnce);
    await sendCopiesAfter(effect, steps);
  }
}

/** Cloud gives up after so long; it arrives after so long all the same. */
async function afterGivingUp<Result>(
  effect: Effect,
  steps: CourseSteps<Result>,
  givenUpAfter: number,
  arrivesAfter: number,
): Promise<Result> {
  steps.inBackground(async () => {
    await steps.wait(arrivesAfter);
    await steps.note(await arriveUnheard(effect, steps));
  });
  if (givenUpAfter > 0) await steps.wait(givenUpAfter);
  return steps.conclude(await steps.giveUp());
}

async function afterUninstall<Result>(effect: Effect, steps: CourseSteps<Result>): Promise<Result> {
  const answer = await steps.giveUp();
  try {
    return await steps.conclude(answer);
  } finally {
    await steps.sendUninstall();
    await steps.note(await arriveUnheard(effect, steps));
  }
}

/** It arrives, copies and all, and Cloud hears nothing of it. Gives what there was to hear, in words. */
async function arriveUnheard<Result>(effect: Effect, steps: CourseSteps<Result>): Promise<string> {
  const atOnce = Array.from({ length: effect.copiesAtOnce ?? 0 }, () => steps.sendCopy());
  const { status, error } = await steps.sendUnheard();
  await Promise.all(atOnce);
  await sendCopiesAfter(effect, steps);
  return status === null
    ? `sent all the same, with ${error ?? "no answer"}`
    : `the app answered ${status}, which Cloud never heard`;
}

async function sendCopiesAfter<Result>(effect: Effect, steps: CourseSteps<Result>): Promise<void> {
  for (let sent = 0; sent < (effect.copiesAfter ?? 0); sent += 1) await steps.sendCopy();
}
