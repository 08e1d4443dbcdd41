/** What a caller asks for when he flags a record or changes an alert. Contract section 8, Alerts. */

/** What an alert says. */
export interface FlagRequest {
  /** At most 200 characters; Cloud makes one where it is left out. */
  readonly title?: string | undefined;
  /** At most 5,000 characters. */
  readonly description: string;
}

/** What is changed of an alert: at least one of these. */
export interface AlertUpdate {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** `FLAGGED`, `INVESTIGATING`, `RESOLVED`, or a status of the organization's own. */
  readonly status?: string | undefined;
}
