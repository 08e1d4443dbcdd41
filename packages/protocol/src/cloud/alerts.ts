/** Alerts: what somebody should look at. Contract section 8, Alerts. */
import { z } from "zod";

/** An alert as the Cloud answers it. */
export type Alert = {
  readonly anomaly_id: string;
  readonly title: string;
  readonly description: string;
  readonly type: "Balance" | "Transaction" | "Identity";
  readonly assigned_to: string | null;
  readonly escalated_to: readonly string[];
  readonly status: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly affected_balances: readonly string[];
  readonly affected_identities: readonly string[];
  readonly affected_transactions: readonly string[];
};

/** A status an organization's alerts can have; FLAGGED, INVESTIGATING and RESOLVED are built in. */
export type AlertStatus = {
  readonly organization_id: string;
  readonly key: string;
  readonly name: string;
  readonly colour: string;
  readonly created_at: string;
  readonly updated_at: string;
};

const title = z.string({ error: "must be a text" }).trim().min(1, "must not be empty").max(200);
const description = z.string({ error: "must be a text" }).trim().min(1, "must not be empty").max(5000);

/**
 * Body of `POST /alerts/flag/{resource_id}`.
 *
 * @example
 * ```ts
 * flagRequestSchema.safeParse({ description: "Stands below zero." }).success; // true
 * ```
 */
export const flagRequestSchema = z.object({ title: title.optional(), description });

/**
 * Body of `PUT /alerts/flag/{alert_id}`: at least one of the fields.
 *
 * @example
 * ```ts
 * alertStatusUpdateSchema.safeParse({ status: "RESOLVED" }).success; // true
 * ```
 */
export const alertStatusUpdateSchema = z
  .object({
    title: title.optional(),
    description: description.optional(),
    status: z.string().min(1).max(60).optional(),
  })
  .refine(
    (update) => Object.values(update).some((value) => value !== undefined),
    "must hold title, description or status",
  );
