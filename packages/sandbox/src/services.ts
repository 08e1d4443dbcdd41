/** The parts of one running local Cloud, as its doors are given them. */
import type { AuditLog } from "./audit/index.ts";
import type { Deliveries } from "./deliveries/index.ts";
import type { Faults } from "./faults/index.ts";
import type { Feed } from "./feed/index.ts";
import type { Installations, Installing } from "./installing/index.ts";
import type { Instances } from "./instances/index.ts";
import type { Launching } from "./launching/index.ts";
import type { Registry } from "./registry/index.ts";
import type { AppProcess } from "./run-file/index.ts";
import type { SettingsBook } from "./settings/index.ts";
import type { StateDatabase } from "./store/index.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Authentication, Sessions } from "./tenants/index.ts";

export type Services = {
  readonly database: StateDatabase;
  readonly tools: Surroundings;
  readonly instances: Instances;
  readonly registry: Registry;
  readonly installations: Installations;
  readonly installing: Installing;
  readonly deliveries: Deliveries;
  readonly launching: Launching;
  readonly audit: AuditLog;
  readonly authentication: Authentication;
  readonly sessions: Sessions;
  readonly faults: Faults;
  readonly feed: Feed;
  readonly settings: SettingsBook;
  /** What is known of the apps' processes, by app: for the run file. */
  readonly processes: Map<string, AppProcess>;
  /** Called when the registered apps or the instances' addresses changed: the run file follows. */
  readonly changed: () => Promise<void>;
};
