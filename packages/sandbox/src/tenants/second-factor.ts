/** The second factor: the codes of any authenticator app. */
import { verifySync } from "otplib";

const stepSeconds = 30;
const codeForm = /^\d{6}$/;

/**
 * Whether a code is one of the authenticator's right now; a clock may be one step off.
 *
 * A code may be used again while it lasts. A bank would refuse that; here the secrets of
 * the demo members are printed at start, and a person or a test that logs in twice within
 * half a minute must not be made to wait for nothing.
 */
export function isCurrentCode(secret: string, code: string, now: Date): boolean {
  if (!codeForm.test(code)) return false;
  const epoch = Math.floor(now.getTime() / 1000);
  return verifySync({ secret, token: code, epoch, epochTolerance: stepSeconds }).valid;
}
