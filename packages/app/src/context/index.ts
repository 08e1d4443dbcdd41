/**
 * What every handler, job and hook has: one installation and what is bound to it.
 * There is no way from here to another installation.
 */
import type { CloudClient } from "@annex/client";
import type { z } from "zod";
import type { Audit } from "../audit/index.ts";
import type { DataWriter, InstallationDocuments } from "../data/index.ts";
import type { Installation } from "../installations/installation.ts";
import type { Log } from "../log/index.ts";
import type { InstallationSecrets } from "../secrets/index.ts";

/** What a handler or a job reaches: one installation, and nothing of any other. Contract section 9, points 7 and 8. */
export type InstallationContext = {
  readonly installation: Installation;
  /** The Cloud API with this installation's key, instance and granted permissions. Contract section 8. */
  readonly cloud: CloudClient;
  /** The app's own documents of this installation, and of its tenant. */
  readonly data: InstallationData;
  /** Secrets of the app's own, such as a provider's key that a member entered; sealed. */
  readonly secrets: InstallationSecrets;
  /** Who did what: the app's own entries in the audit trail. */
  readonly audit: Audit;
  /** A log whose lines name the installation. */
  readonly log: Log;
};

/** The documents of one installation, and commits of several things at once. */
export type InstallationData = InstallationDocuments & {
  /**
   * Commits documents, and jobs that start, together or not at all. What was read through it must be as it was read
   * when it commits; otherwise the work is done again from the beginning, so it may have no effects elsewhere.
   *
   * @throws AppError 409 `data_conflict` when others were faster ten times
   * @example
   * ```ts
   * await c.data.transaction(async ({ data, jobs }) => {
   *   const orders = data.collection<Order>("orders");
   *   if ((await orders.get(id)) !== undefined) return;
   *   orders.put(id, order);
   *   jobs.start(fulfil, { id });
   * });
   * ```
   */
  transaction<Value>(work: (unit: DataTransaction) => Value | Promise<Value>): Promise<Value>;
};

/** What a transaction's work gets. */
export type DataTransaction = { readonly data: DataWriter; readonly jobs: JobStarter };

/** A job as it is named in a start; `app.job` makes one. */
export type JobReference<Input = unknown> = {
  readonly name: string;
  readonly options: { readonly input?: z.ZodType<Input> };
};

/** How one start of a job goes together with others. */
export type StartOptions = {
  /** A start under a key that this job already had here gives the run of then. */
  readonly idempotencyKey?: string;
  /**
   * While another run of the job is under way in this installation, that one is given, and none is started. One that was
   * put off and has not begun counts for a start that is put off too, and for no other.
   */
  readonly unlessUnderWay?: boolean;
  /**
   * Not before this time, a day ahead at most; at once unless it lies ahead. A run that waits for its time is queued and
   * in nobody's way: others begin meanwhile, and it begins beside them unless the job's `atOnce` is reached, its
   * `overlap` is `queue`, or its `group` works.
   */
  readonly notBefore?: Date;
};

/** Input and options of a start: the input is needed where the job's schema needs one. */
export type StartArguments<Input> = undefined extends Input
  ? [input?: Input, options?: StartOptions]
  : [input: Input, options?: StartOptions];

/** Starts jobs as part of a commit that is made later. */
export type JobStarter = {
  /** @throws AppError 422 `invalid_input` naming the field */
  start<Input>(job: JobReference<Input>, ...given: StartArguments<Input>): void;
};
