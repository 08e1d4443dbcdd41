/** What executions are made with. */
import type { CloudClient } from "@annex/client";
import type { InstallationData } from "../../context/index.ts";
import type { DocumentUnit } from "../../data/unit.ts";
import type { Installation } from "../../installations/installation.ts";
import type { Log } from "../../log/index.ts";
import type { CrashPoint } from "../../process/crash-point.ts";
import type { Store } from "../../stores/interface.ts";
import type { InstallationJobs } from "../interface.ts";
import type { PrepareStart, StartingWork } from "../starting.ts";
import type { EffectScope, ScopeParts } from "./effects.ts";

export type Workshop = ScopeParts & {
  readonly store: Store;
  /** A number in [0, 1), for jitter. */
  readonly random: () => number;
  readonly log: Log;
  readonly crashPoint: CrashPoint;
  /** Starts of an installation, each once for the parent. */
  prepareStarts(installedAppId: string, parent: StartingWork): PrepareStart;
  /** The runs of an installation, for a run of it. */
  jobsOf(installedAppId: string, parent: StartingWork): InstallationJobs;
  /** The documents of an installation, for a run of it. */
  dataOf(installation: Installation, parent: StartingWork): InstallationData;
  /** Documents that one commit will write. */
  documentUnit(installation: Installation): DocumentUnit;
  /** The Cloud API of an installation, bound to an effect scope. */
  cloudOf(installation: Installation, scope: EffectScope): CloudClient;
  /** Told that a commit made runs due. */
  wake(): void;
};
