/** The second factor: codes of any authenticator app, each good for one session only. */
import { verifySync } from "otplib";
import type { StateDatabase } from "../store/index.ts";

const stepSeconds = 30;
const codeForm = /^\d{6}$/;
/** Steps after which a used code can't be valid any more and need not be remembered. */
const rememberedSteps = 10;

/** A code that a member typed, and who presents it: the hash of the session it is to count for. */
export type PresentedCode = {
  readonly userId: string;
  readonly secret: string;
  readonly code: string;
  readonly bearer: string;
};

/**
 * Whether a code is right now, and was not used by another session. The first session
 * that presents a code owns it: the same session may prove itself with it again
 * while it is valid (log in, then install), and nobody else ever can.
 */
export async function acceptCode(
  database: StateDatabase,
  presented: PresentedCode,
  now: Date,
): Promise<boolean> {
  if (!codeForm.test(presented.code)) return false;
  const step = matchingStep(presented, now);
  if (step === undefined) return false;
  const { userId, bearer } = presented;
  await database
    .deleteFrom("code_uses")
    .where("user_id", "=", userId)
    .where("time_step", "<", step - rememberedSteps)
    .execute();
  await database
    .insertInto("code_uses")
    .values({ user_id: userId, time_step: step, bearer })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const owner = await database
    .selectFrom("code_uses")
    .select("bearer")
    .where("user_id", "=", userId)
    .where("time_step", "=", step)
    .executeTakeFirst();
  return owner?.bearer === bearer;
}

function matchingStep(presented: PresentedCode, now: Date): number | undefined {
  const epoch = Math.floor(now.getTime() / 1000);
  const result = verifySync({
    secret: presented.secret,
    token: presented.code,
    epoch,
    epochTolerance: stepSeconds,
  });
  return result.valid ? Math.floor(epoch / stepSeconds) + result.delta : undefined;
}
