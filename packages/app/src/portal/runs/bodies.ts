/** Bodies of the calls that act; loaded with the first of them. */
import { z } from "zod";
import type { ShownJob } from "../interface.ts";

/** `{input}` by the job's own schema; anything goes where it has none. No body at all is no input. */
export function startBody({ options }: ShownJob) {
  const input: z.ZodType<unknown> = options.input ?? z.unknown();
  return z.object({ input: options.input === undefined ? input.optional() : input }).optional();
}

export const effectBody = z.object({ effect_key: z.string().min(1), seen: z.enum(["done", "not-done"]) });
