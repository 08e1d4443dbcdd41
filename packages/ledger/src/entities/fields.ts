/**
 * What is stored of each of Core's four entities, one table of fields an entity (`ledgers.ts`, `balances.ts`,
 * `transactions.ts`, `identities.ts`): the columns, what an answer shows of them and in which order, and what a filter
 * may name. SQL, wire format and filters are made of it; it knows none of them and imports nothing.
 */

/** How a column's values are written and compared. */
export type ColumnKind = "text" | "decimal" | "integer" | "flag" | "time" | "date" | "json";

/** How a column's value is shown; a kind's own way unless told otherwise. */
export type Shown =
  | "text"
  | "text unless empty"
  | "integer"
  | "double"
  | "double or 1"
  | "flag"
  | "time"
  | "metadata";

/** A column of the table. */
export interface StoredField {
  readonly column: ColumnKind;
  /** Or what stands in its place, whatever is stored. */
  readonly shown: Shown | ConstantField;
  /** Whether a filter or an order may name it. */
  readonly isFiltered: boolean;
}

/** What stands at a place of every answer. Undefined is left out, unless an answer has something to put there. */
export interface ConstantField {
  readonly always: unknown;
}

export type Field = StoredField | ConstantField;

/** Fields in the order of an answer. */
export type Fields = Readonly<Record<string, Field>>;

/** An entity: its table, how its rows are found, and its fields. */
export interface Entity {
  /** In schema `blnk`. */
  readonly table: string;
  /** Column of the public id. */
  readonly id: string;
  readonly fields: Fields;
}

const ownWay: Readonly<Record<ColumnKind, Shown>> = {
  text: "text",
  decimal: "integer",
  integer: "integer",
  flag: "flag",
  time: "time",
  date: "time",
  json: "metadata",
};

/** A column that filters may name. */
export function filtered(column: ColumnKind, shown: StoredField["shown"] = ownWay[column]): StoredField {
  return { column, shown, isFiltered: true };
}

/** A column that no filter names. */
export function stored(column: ColumnKind, shown: StoredField["shown"] = ownWay[column]): StoredField {
  return { column, shown, isFiltered: false };
}

export const always = (value: unknown): ConstantField => ({ always: value });

/** A place that only some answers fill. */
export const sometimes: ConstantField = always(undefined);

/** Core shows it wherever it has no time to tell. */
export const noTime: ConstantField = always("0001-01-01T00:00:00Z");

/** The names of an entity's columns: a row that is written by them must have each. */
export type ColumnName<Of extends Entity> = {
  [Name in keyof Of["fields"]]: Of["fields"][Name] extends ConstantField ? never : Name;
}[keyof Of["fields"]];

/** The columns of an entity with their kinds. */
export function columnsOf<Of extends Entity>({
  fields,
}: Of): readonly (readonly [name: ColumnName<Of>, kind: ColumnKind])[] {
  return Object.entries(fields).flatMap(([name, field]) =>
    "column" in field ? [[name as ColumnName<Of>, field.column] as const] : [],
  );
}

/** The columns of an entity as a SELECT list. */
export function columnList(entity: Entity): string {
  return columnsOf(entity)
    .map(([name]) => name)
    .join(", ");
}

/** The columns that a filter or an order may name, with their kinds. */
export function filteredColumns({ fields }: Entity): Readonly<Record<string, ColumnKind>> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) =>
      "column" in field && field.isFiltered ? [[name, field.column] as const] : [],
    ),
  );
}
