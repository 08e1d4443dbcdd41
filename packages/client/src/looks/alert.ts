/** Was this record flagged? By what the alert says and when it was made: an alert carries no mark of the caller's. */

/** How much Cloud's clock may be behind the app's, in milliseconds, without an alert being taken for an older one. */
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
 * Whether an alert is the one that was asked for at `notedAt`: about the same record, in the same words, not older.
 * Another of the same words within the tolerance counts too: it says the same thing about the same record.
 */
export function isFlag(flag: Flag, alert: FlaggedAlert, notedAt: Date): boolean {
  const { affected_balances: balances, affected_identities: identities } = alert;
  const affected = [balances, identities, alert.affected_transactions].flatMap((ids) => ids ?? []);
  return (
    affected.includes(flag.resourceId) &&
    alert.description === flag.description.trim() &&
    (flag.title === undefined || alert.title === flag.title.trim()) &&
    Date.parse(alert.created_at) >= notedAt.getTime() - clockTolerance
  );
}
