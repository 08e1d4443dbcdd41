/** Was this record flagged? By what the alert says and when it was made: an alert carries no mark of the caller's. */

/** How inexactly the time is known at which it was sent, in milliseconds, without an alert being taken for an older one. */
const clockTolerance = 10 * 60_000;

/** What was asked for. */
export interface Flag {
  readonly resourceId: string;
  readonly title?: string | undefined;
  readonly description: string;
}

/** What of an alert tells whether it is the one. */
export interface FlaggedAlert {
  readonly title: string;
  readonly description: string;
  readonly created_at: string;
  readonly affected_balances?: readonly string[] | null;
  readonly affected_identities?: readonly string[] | null;
  readonly affected_transactions?: readonly string[] | null;
}

/**
 * Whether an alert says what was asked for, in the same words about the same record. One that was made before, or by
 * somebody else, can say the same.
 */
export function saysTheSame(flag: Flag, alert: FlaggedAlert): boolean {
  const { affected_balances: balances, affected_identities: identities } = alert;
  const affected = [balances, identities, alert.affected_transactions].flatMap((ids) => ids ?? []);
  return (
    affected.includes(flag.resourceId) &&
    alert.description === flag.description.trim() &&
    (flag.title === undefined || alert.title === flag.title.trim())
  );
}

/**
 * Whether an alert is not older than a moment of Cloud's clock. One within the tolerance counts too: it says the same
 * thing about the same record.
 */
export function isSince(alert: FlaggedAlert, sentAt: Date): boolean {
  return Date.parse(alert.created_at) >= sentAt.getTime() - clockTolerance;
}
