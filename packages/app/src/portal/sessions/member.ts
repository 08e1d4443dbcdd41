import { AppError } from "../../errors/app-error.ts";
import type { PortalContext } from "../interface.ts";

/**
 * The id of the member who calls, for what has to be somebody's, such as an approval by another one. Cloud does not
 * always name him, and two whom nobody named would be taken for one, or a named one and a nameless one for two.
 *
 * @throws AppError 403 `member_unknown` where Cloud named nobody.
 * @example
 * ```ts
 * if (payout.enteredBy === memberOf(c)) throw secondMemberNeeded();
 * ```
 */
export function memberOf({ user }: Pick<PortalContext, "user">): string {
  if (user.userId !== undefined) return user.userId;
  throw new AppError({
    code: "member_unknown",
    status: 403,
    whatHappened: "Blnk Cloud did not say who you are, and this has to be done by a member who is known.",
    whatToDo:
      "Close the app and launch it again from the dashboard. If this comes again, tell the administrator of the workspace.",
  });
}
