/** What a local Cloud can be told at start, and what it is to the one who started it. */
import type { CoreRequest, CoreResponse } from "@annex/ledger";
import type { Secret } from "@annex/protocol";
import type { Logger } from "pino";
import type { FaultView } from "./faults/index.ts";
import type { CoreOption, LedgerPlace } from "./instances/index.ts";
import type { AppProcess, DemoMember } from "./run-file/index.ts";
import type { ListedRoute } from "./server/server.ts";
import type { Settings } from "./settings/index.ts";
import type { Surroundings } from "./surroundings.ts";
import type { OrganizationSeed } from "./tenants/index.ts";

/** An app to register: its manifest, and what is known of its process for the run file. */
export type AppRegistration = AppProcess & {
  /** The fields of contract section 2; camel and snake case are both taken. */
  readonly manifest: Readonly<Record<string, unknown>>;
};

/** How a local Cloud is started. */
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
  /** Where the ledgers keep their books; on disk unless said. In memory each opens with the first call that needs it. */
  readonly ledgers?: LedgerPlace;
  /** Goes before what was set in the data directory, as long as this Cloud runs. */
  readonly settings?: Partial<Settings>;
  readonly seed?: readonly OrganizationSeed[];
  readonly clock?: Surroundings["clock"];
  readonly random?: Surroundings["random"];
  readonly fetch?: Surroundings["fetch"];
  readonly log?: Logger;
};

/** Bad days on purpose; the catalogue stands in the doors. */
export type SandboxFaults = {
  /**
   * Sets a fault: its name, its scope (`app_id`, `instance_id`, `installed_app_id`), how long (`for_seconds`,
   * `times`) and its values.
   *
   * @throws Refusal 422 `invalid_request` naming the field.
   */
  set(fault: Readonly<Record<string, unknown>> & { readonly fault: string }): Promise<FaultView>;
  list(): readonly FaultView[];
  /** Clears one, or all. @throws Refusal 404 `not_found`. */
  clear(faultId?: string): Promise<void>;
};

/** The Cloud's own clock, in UTC. */
export type SandboxClock = {
  now(): Date;
  /** Puts it ahead by so many seconds; what waits for a time comes due. Gives the new time. */
  advance(seconds: number): Promise<Date>;
};

/** A local Cloud that runs. Sections 1 to 8 of the contract, and the admin API of the doors. */
export type Sandbox = {
  /** The one origin of dashboard, Cloud API and admin API, on 127.0.0.1; apps are on localhost. */
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
  /** Bad days on purpose, as the admin API sets them. */
  readonly faults: SandboxFaults;
  /** The Cloud's own clock. */
  readonly clock: SandboxClock;
  /** Changes settings, for good. */
  changeSettings(changes: Partial<Settings>): Promise<Settings>;
  /** Changes what the run file says of an app's process. */
  updateRunFile(appId: string, process: AppProcess): Promise<void>;
  /** The key that an instance's own Core asks for. Apps are never given it. @throws Refusal 404. */
  instanceKey(instanceId: string): Secret;
  /** A request to the instance's own Core, below the Cloud. Apps never get there. @throws Refusal 404, 503. */
  askCore(instanceId: string, request: CoreRequest): Promise<CoreResponse>;
  /** Ends with nothing lost; removes the run file. */
  close(): Promise<void>;
};
