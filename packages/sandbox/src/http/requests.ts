/** Bodies that the admin and the Dashboard API have in common. */
import { z } from "zod";
import type { AppAnswer } from "../deliveries/index.ts";

export const stateSchema = z.object({
  state: z.enum(["running", "stopped"], { error: "must be running or stopped" }),
});

/** A status such as 404, or a class of them such as 4xx. */
export const statusFilter = z
  .string()
  .regex(/^([1-5]\d\d|[1-5]xx)$/, "must be a status such as 404, or a class such as 4xx")
  .transform((text) => ({ from: Number(text.replace("xx", "00")), to: Number(text.replace("xx", "99")) }));

const mostTimes = 1000;
const shownBody = 4096;
const count = `must be a whole number from 1 to ${mostTimes}`;

export const redeliverySchema = z.object({
  times: z.number(count).int(count).min(1, count).max(mostTimes, count).default(1),
  parallel: z.boolean({ error: "must be true or false" }).default(false),
});

/** What each sending got for an answer, clipped, and masked as the door wants it. */
export function redeliveryViews(answers: readonly AppAnswer[], mask: (body: string) => string) {
  return answers.map(({ status, durationMilliseconds, body }) => ({
    status,
    duration_ms: durationMilliseconds,
    body: mask(body).slice(0, shownBody),
  }));
}

/** A hundred years: nothing waits longer. */
const longestAdvance = 3_155_760_000;
const advanceWords = `must be a number of seconds above 0, at most ${longestAdvance}`;

export const advanceSchema = z.object({
  advance_seconds: z.number(advanceWords).gt(0, advanceWords).max(longestAdvance, advanceWords),
});

/** The catalogue checks the rest: which fields there are depends on the fault. */
export const faultSchema = z.looseObject({ fault: z.string("must be the name of a fault") });
