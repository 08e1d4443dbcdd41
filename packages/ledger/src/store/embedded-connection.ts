/**
 * Talking to the embedded engine in PostgreSQL's own protocol: one message round does a
 * whole statement, and statements that come again are parsed and planned once. The engine's convenience
 * calls take five rounds and start afresh each time, which costs more than the work itself.
 */
import { protocol } from "@electric-sql/pglite";
import { inTurns } from "../turns.ts";
import { DatabaseError, type QueryOptions, refuseIllFormed, type SqlRow } from "./database.ts";
import { type DataRow, type Message, messagesOf } from "./embedded-answers.ts";
import { concatenated, type RawEngine } from "./embedded-raw.ts";
import { readerOf } from "./values.ts";

const { serialize } = protocol;

type Columns = readonly { readonly name: string; readonly type: number }[];

/** A statement the engine knows. */
interface Prepared {
  readonly name: string;
  readonly columns: Columns;
}

/** How many statements are kept; others are parsed each time. */
const mostKept = 256;

/** How the engine is used. */
export interface ConnectionOptions {
  /**
   * How long a list may take (5,000): no posting gets its turn meanwhile. On a server, where postings have connections
   * of their own, statements have a minute.
   */
  readonly longestReadMilliseconds?: number;
}

/** How the engine is told to plan. */
type Planning = "kept" | "anew";

/**
 * A kept plan is made once and must stay right as the tables grow: nothing here gathers statistics, so it
 * goes by index from the first day.
 */
const planSettings: Readonly<Record<Planning, string>> = {
  kept: "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off",
  anew: "SET plan_cache_mode = auto; SET enable_seqscan = on",
};

/** One connection; calls must not overlap. */
export class EmbeddedConnection {
  readonly #engine: RawEngine;
  readonly #kept = new Map<string, Prepared>();
  #planned: Planning | undefined;

  readonly #longestReadMilliseconds: number;

  constructor(engine: RawEngine, { longestReadMilliseconds = 5_000 }: ConnectionOptions = {}) {
    this.#engine = engine;
    this.#longestReadMilliseconds = longestReadMilliseconds;
  }

  async query(
    sql: string,
    parameters: readonly unknown[],
    options?: QueryOptions,
  ): Promise<readonly SqlRow[]> {
    refuseIllFormed(parameters);
    const values = parameters.map((value) => toText(value));
    const isKept = this.#kept.has(sql) || (options?.planAnew !== true && this.#kept.size < mostKept);
    return isKept ? this.#runKept(sql, values) : this.#runAnew(sql, values, options);
  }

  async #runAnew(
    sql: string,
    values: (string | null)[],
    options: QueryOptions | undefined,
  ): Promise<readonly SqlRow[]> {
    const messages = await this.#send(
      [
        ...this.#planning("anew"),
        serialize.parse({ name: "", text: sql, types: [] }),
        serialize.bind({ statement: "", values }),
        serialize.describe({ type: "P", name: "" }),
        serialize.execute({}),
        serialize.sync(),
      ],
      options?.planAnew === true ? this.#longestReadMilliseconds : undefined,
    );
    return rowsOf(messages, columnsOf(messages));
  }

  async #runKept(sql: string, values: (string | null)[]): Promise<readonly SqlRow[]> {
    const prepared = this.#kept.get(sql) ?? (await this.#prepare(sql));
    const messages = await this.#send([
      ...this.#planning("kept"),
      serialize.bind({ statement: prepared.name, values }),
      serialize.execute({}),
      serialize.sync(),
    ]);
    return rowsOf(messages, prepared.columns);
  }

  /** Says how to plan, where that differs from the statement before. */
  #planning(wanted: Planning): readonly Uint8Array[] {
    if (this.#planned === wanted) return [];
    this.#planned = wanted;
    return [serialize.query(planSettings[wanted])];
  }

  /** Runs BEGIN, COMMIT or the like and returns what was done: the COMMIT of a failed transaction is a ROLLBACK. */
  async command(sql: string): Promise<string> {
    // Settings made in a transaction that is undone are undone with it.
    if (sql === "ROLLBACK") this.#planned = undefined;
    const messages = await this.#send([serialize.query(sql)]);
    const done = messages.find((message): message is CommandComplete => message.name === "commandComplete");
    return done?.text ?? "";
  }

  async #prepare(sql: string): Promise<Prepared> {
    const name = `kept_${this.#kept.size}`;
    const messages = await this.#send([
      serialize.parse({ name, text: sql, types: [] }),
      serialize.describe({ type: "S", name }),
      serialize.sync(),
    ]);
    const prepared = { name, columns: columnsOf(messages) };
    this.#kept.set(sql, prepared);
    return prepared;
  }

  async #send(parts: readonly Uint8Array[], longestMilliseconds?: number): Promise<readonly Message[]> {
    const messages = await messagesOf(await this.#engine.send(concatenated(parts), longestMilliseconds));
    const failure = messages.find(isFailure);
    if (failure !== undefined) {
      this.#planned = undefined;
      throw asDatabaseError(failure);
    }
    return messages;
  }
}

interface Failure extends Message {
  readonly message: string;
  readonly code?: string;
  readonly constraint?: string;
}

function isFailure(message: Message): message is Failure {
  return message.name === "error";
}

function asDatabaseError(failure: Failure): DatabaseError {
  return new DatabaseError(failure.message, failure.code ?? "XX000", failure.constraint, failure);
}

interface CommandComplete extends Message {
  readonly text: string;
}

interface RowDescription extends Message {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}

function columnsOf(messages: readonly Message[]): Columns {
  const description = messages.find(
    (message): message is RowDescription => message.name === "rowDescription",
  );
  return (description?.fields ?? []).map((field) => ({ name: field.name, type: field.dataTypeID }));
}

function rowsOf(messages: readonly Message[], columns: Columns): Promise<readonly SqlRow[]> {
  const rows = messages.filter((message): message is DataRow => message.name === "dataRow");
  return inTurns(rows, ({ fields }) => {
    const row: Record<string, unknown> = {};
    for (const [index, { name, type }] of columns.entries()) {
      const value = fields[index] ?? null;
      row[name] = value === null ? null : readerOf(type)(value);
    }
    return row;
  });
}

/** A parameter as PostgreSQL reads it; arrays in its own notation. */
function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean") return value ? "t" : "f";
  if (Array.isArray(value)) return `{${value.map(toElement).join(",")}}`;
  return String(value);
}

function toElement(value: unknown): string {
  const text = toText(value);
  return text === null ? "NULL" : `"${text.replace(/["\\]/g, "\\$&")}"`;
}
