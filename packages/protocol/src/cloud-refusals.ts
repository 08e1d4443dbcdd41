/** How the Cloud API says no: one shape for all. Contract section 8, Refusals. */

/** The codes of the Cloud API with the HTTP status of each. */
export const cloudRefusalStatus = {
  unauthorized: 401,
  key_revoked: 401,
  missing_scope: 403,
  instance_mismatch: 403,
  instance_id_required: 400,
  instance_unavailable: 503,
  rate_limited: 429,
  not_found: 404,
} as const;

/** A code of the table above. */
export type CloudRefusalCode = keyof typeof cloudRefusalStatus;

/** The body of a refusal. Other codes than the table's can follow; an unknown one is shown as it is. */
export type CloudRefusal = {
  readonly error: string;
  readonly code: CloudRefusalCode | (string & {});
  readonly required_scope?: string;
};
