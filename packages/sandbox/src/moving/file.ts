/** The lines of the file, and what is left out of each table. */

/** The first line. */
export const head = { format: "annex-cloud", version: 1 } as const;

/** A row of a table of the state, a row of the audit log, or a line of an instance's books. */
export type CloudLine =
  | { readonly table: MovedTable; readonly row: Readonly<Record<string, unknown>> }
  | { readonly audit: Readonly<Record<string, unknown>> }
  | { readonly books: string; readonly line: string };

/** The tables that are moved, in the order in which one may name another. Log-ins are not. */
export const movedTables = [
  "organizations",
  "instances",
  "members",
  "apps",
  "installations",
  "deliveries",
  "alerts",
  "alert_changes",
  "faults",
  "settings",
] as const;
export type MovedTable = (typeof movedTables)[number];

/** What never leaves the data directory: everything sealed, and the hashes of what opens something. */
export function isSecretColumn(name: string): boolean {
  return name.endsWith("_sealed") || name === "password_hash" || name === "api_key_hash";
}

/**
 * A file that is none, or a place that is taken: what happened, and what to do.
 *
 * @example
 * ```ts
 * if (error instanceof CloudNotMoved) console.error(error.message, error.whatToDo);
 * ```
 */
export class CloudNotMoved extends Error {
  override readonly name = "CloudNotMoved";
  readonly whatToDo: string;

  constructor(whatHappened: string, whatToDo: string) {
    super(whatHappened);
    this.whatToDo = whatToDo;
  }
}
