/** The statuses an alert can have. Contract section 8, Alerts. */
export const alertStatuses = ["FLAGGED", "INVESTIGATING", "RESOLVED"] as const;

/**
 * A status as people read it.
 *
 * @example alertStatusName("FLAGGED") // "Flagged"
 */
export function alertStatusName(status: string): string {
  return status.charAt(0) + status.slice(1).toLowerCase();
}
