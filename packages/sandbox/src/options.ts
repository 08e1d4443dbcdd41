/** What a local Cloud can be told at start, and what it is to the one who started it. */
import type { Secret } from "@annex/protocol";
import type { Logger } from "pino";
import type { RateLimit } from "./gateway/index.ts";
import type { CoreOption } from "./instances/index.ts";
import type { AppProcess, DemoMember } from "./run-file/index.ts";
import type { ListedRoute } from "./server/server.ts";
import type { Edition, Surroundings } from "./surroundings.ts";
import type { OrganizationSeed } from "./tenants/index.ts";

/** An app to register: its manifest, and what is known of its process for the run file. */
export type AppRegistration = AppProcess & {
  /** The fields of contract section 2; camel and snake case are both taken. */
  readonly manifest: Readonly<Record<string, unknown>>;
};

export type SandboxOptions = {
  /** 0 takes a free one. */
  readonly port: number;
  readonly dataDirectory: string;
  /** Forgets all state first. */
  readonly fresh?: boolean;
  /** Apps that answer already, to register at start. */
  readonly apps?: readonly AppRegistration[];
  /** A real Core in place of the first instance's embedded ledger, or of the named one. */
  readonly core?: CoreOption;
  /** Which fields the payloads carry; `guide` unless told otherwise. */
  readonly edition?: Edition;
  readonly rateLimit?: RateLimit;
  readonly seed?: readonly OrganizationSeed[];
  /** How long an app may take to answer, in milliseconds; 10,000 unless told otherwise. */
  readonly deliveryTimeout?: number;
  readonly clock?: Surroundings["clock"];
  readonly random?: Surroundings["random"];
  readonly fetch?: Surroundings["fetch"];
  readonly log?: Logger;
};

export type Sandbox = {
  /** The one origin of dashboard, Cloud API and admin API. */
  readonly url: string;
  readonly runFile: string;
  readonly adminToken: string;
  /** Every route that answers here. */
  readonly routes: readonly ListedRoute[];
  /** The demo members with their credentials, to print at start. */
  readonly members: readonly DemoMember[];
  /** The second-factor code of a demo member at this moment. @throws Error for an unknown member. */
  currentCode(userId: string): string;
  /**
   * Registers an app in the first organization, or brings the one of the same name up to date (same id).
   *
   * @throws Refusal 422 `invalid_manifest` naming the field; SandboxStartError never.
   */
  registerApp(registration: AppRegistration): Promise<{ readonly app_id: string }>;
  /** Changes what the run file says of an app's process. */
  updateRunFile(appId: string, process: AppProcess): Promise<void>;
  /** The key that an instance's own Core asks for. Apps are never given it. @throws Refusal 404. */
  instanceKey(instanceId: string): Secret;
  /** Ends with nothing lost; removes the run file. */
  close(): Promise<void>;
};
