import type { AuthorizeUser } from "../application.ts";
import type { Installation } from "../installations/installation.ts";

/** Whether a member may use the app here; without a hook of the app's own every member Cloud lets launch it. */
export function mayUse(
  authorizeUser: AuthorizeUser | undefined,
  installation: Installation,
  userId: string | undefined,
): boolean | Promise<boolean> {
  return authorizeUser === undefined ? true : authorizeUser({ installation, userId });
}
