/** What a check can be told. The names on the command line are fixed by the doors. */
import type { Scope } from "@annex/protocol";
import type { Edition } from "../evidence/index.ts";

/** What is checked and how; lives and pauses are in seconds. The flags of `annex check` in the doors. */
export type CheckOptions = {
  /** The app's registration callback URL and portal generator URL, secret included. */
  readonly callback: string;
  readonly portal: string;
  /** A shell command that runs the app; `{cloud}` in it becomes the base of the Cloud API. */
  readonly start?: string | undefined;
  /** The scopes the app asks for; every scope is granted where nobody says. */
  readonly asks?: readonly Scope[] | undefined;
  /** The manifest as it stands in its file. */
  readonly manifest?: Readonly<Record<string, unknown>> | undefined;
  /** A database file, or a folder of what the app stores. */
  readonly database?: string | undefined;
  readonly logs?: readonly string[] | undefined;
  /** What the app was started with, in seconds. */
  readonly linkSeconds: number;
  readonly sessionSeconds: number;
  readonly graceSeconds: number;
  /** A member whom the app refuses. */
  readonly deniedUser?: string | undefined;
  /** A shell command after which the member in place of `{user}` is refused. */
  readonly denyCommand?: string | undefined;
  /** A CSS selector of what somebody presses on the page to begin the app's work, where no install does. */
  readonly press?: string | undefined;
  readonly edition: Edition | "both";
  readonly only?: readonly string[] | undefined;
  readonly skip?: readonly string[] | undefined;
  /** Nothing that waits, kills, opens a browser or watches much work in the background. */
  readonly fast?: boolean | undefined;
};
