import type { Scope } from "@annex/protocol";
import type { Installation } from "../installations/installation.ts";

/** What the app says of itself; what a team registers with Cloud is made of it. Contract section 2. */
export type AppManifest = {
  readonly name: string;
  readonly description: string;
  readonly developer: string;
  /** Absolute, or a path of the app itself such as `/portal/logo.svg`. */
  readonly logoUrl: string;
  /** Ask only for what the app needs; the user may grant less. */
  readonly permissions: readonly Scope[];
  /** Members who may use it, by id; nobody named means every member. Held to by the app at launch, page and call, as by Cloud. */
  readonly launchAccess?: readonly string[];
};

/**
 * Asked at launch, on each page load and on each call: may this member use the app
 * here? Has five seconds to answer. Who fails or does not answer lets nobody in:
 * the member is told to try again (`app_failed`), and the log says why.
 */
export type AuthorizeUser = (request: {
  readonly installation: Installation;
  /** Absent in the later edition of the payloads. */
  readonly userId: string | undefined;
  /** Aborted when the time is up. */
  readonly signal: AbortSignal;
}) => boolean | Promise<boolean>;
