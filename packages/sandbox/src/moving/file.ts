/** The lines of the file, and what is left out of each table. */
import { z } from "zod";

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

/** The first line. Files of version 1 have no last line that says how many there are. */
export const head = { format: "annex-cloud", version: 2 } as const;
export const versionWithoutEnd = 1;

/** A row of a table of the state, a row of the audit log, a line of an instance's books, or how many there were. */
export type CloudLine =
  | { readonly table: MovedTable; readonly row: Row }
  | { readonly audit: Row }
  | { readonly books: string; readonly line: string }
  | { readonly end: number };

type Row = Readonly<Record<string, string | number | null>>;

/** Ids that become the names of folders. */
const instanceForm = /^inst(?:ance)?_[\w-]{1,100}$/;

const row = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** What a line may hold: it can come from anybody. */
export const lineSchema: z.ZodType<CloudLine> = z.union([
  z.object({
    table: z.literal("instances"),
    row: row.and(z.object({ instance_id: z.string().regex(instanceForm) })),
  }),
  z.object({ table: z.enum(movedTables).exclude(["instances"]), row }),
  z.object({ audit: row }),
  z.object({ books: z.string().regex(instanceForm), line: z.string() }),
  z.object({ end: z.int() }),
]);

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
