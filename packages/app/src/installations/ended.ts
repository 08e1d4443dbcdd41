import { type AppError, errorState } from "../errors/app-error.ts";
import type { InstallationStatus } from "./installation.ts";

/** What a user is told of an installation that is not active. Contract section 10. */
export function endedState(status: Exclude<InstallationStatus, "active">): AppError {
  return errorState(status === "revoked" ? "key_revoked" : "app_uninstalled");
}
