import { type AppError, errorState } from "./app-error.ts";

/**
 * What a user is told of an installation that is not active. Contract section 10.
 *
 * @param status of the installation; `revoked` asks for another remedy than the others.
 */
export function endedState(status: string): AppError {
  return errorState(status === "revoked" ? "key_revoked" : "app_uninstalled");
}
