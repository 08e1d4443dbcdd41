/**
 * Talking to the embedded engine in PostgreSQL's own protocol: each statement is parsed once and kept, and
 * one message round binds, runs and ends it. The engine's convenience calls do the same in five rounds and
 * parse every time, which cost more than the work itself.
 */
import { type PGlite, protocol, types } from "@electric-sql/pglite";
import { DatabaseError, type QueryOptions, type SqlRow } from "./database.ts";

const { serialize, Parser } = protocol;

/** A statement the engine knows. */
interface Prepared {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: number }[];
}

/** How many statements are kept; others are parsed each time. */
const mostKept = 256;

const asText = (value: string): unknown => value;

const readers: Readonly<Record<number, (value: string) => unknown>> = {
  [types.BOOL]: (value) => value === "t",
  [types.INT2]: Number,
  [types.INT4]: Number,
  [types.FLOAT4]: Number,
  [types.FLOAT8]: Number,
  [types.JSON]: (value) => JSON.parse(value) as unknown,
  [types.JSONB]: (value) => JSON.parse(value) as unknown,
};

/** One connection; calls must not overlap. */
export class EmbeddedConnection {
  readonly #engine: PGlite;
  readonly #kept = new Map<string, Prepared>();

  constructor(engine: PGlite) {
    this.#engine = engine;
  }

  async query(
    sql: string,
    parameters: readonly unknown[],
    options?: QueryOptions,
  ): Promise<readonly SqlRow[]> {
    const prepared = this.#kept.get(sql) ?? (await this.#prepare(sql, options?.planAnew !== true));
    const values = parameters.map((value) => toText(value));
    const messages = await this.#send([
      serialize.bind({ statement: prepared.name, values }),
      serialize.execute({}),
      serialize.sync(),
    ]);
    return rowsOf(messages, prepared);
  }

  /** Runs BEGIN, COMMIT or the like and returns what was done: the COMMIT of a failed transaction is a ROLLBACK. */
  async command(sql: string): Promise<string> {
    const messages = await this.#send([serialize.query(sql)]);
    const done = messages.find((message): message is CommandComplete => message.name === "commandComplete");
    return done?.text ?? "";
  }

  async #prepare(sql: string, keep: boolean): Promise<Prepared> {
    const name = keep && this.#kept.size < mostKept ? `s${this.#kept.size}` : "";
    const messages = await this.#send([
      serialize.parse({ name, text: sql, types: [] }),
      serialize.describe({ type: "S", name }),
      serialize.sync(),
    ]);
    const prepared = { name, columns: columnsOf(messages) };
    if (name !== "") this.#kept.set(sql, prepared);
    return prepared;
  }

  async #send(parts: readonly Uint8Array[]): Promise<readonly Message[]> {
    const answer = await this.#engine.execProtocolRaw(Buffer.concat(parts));
    const messages: Message[] = [];
    new Parser().parse(answer, (message) => messages.push(message as unknown as Message));
    const failure = messages.find(isFailure);
    if (failure !== undefined) throw asDatabaseError(failure);
    return messages;
  }
}

/** What is used of the protocol's messages. */
interface Message {
  readonly name: string;
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

function columnsOf(messages: readonly Message[]): Prepared["columns"] {
  const description = messages.find(
    (message): message is RowDescription => message.name === "rowDescription",
  );
  return (description?.fields ?? []).map((field) => ({ name: field.name, type: field.dataTypeID }));
}

interface DataRow extends Message {
  readonly fields: readonly (string | null)[];
}

function rowsOf(messages: readonly Message[], { columns }: Prepared): readonly SqlRow[] {
  return messages
    .filter((message): message is DataRow => message.name === "dataRow")
    .map(({ fields }) => {
      const row: Record<string, unknown> = {};
      for (const [index, { name, type }] of columns.entries()) {
        const value = fields[index] ?? null;
        row[name] = value === null ? null : (readers[type] ?? asText)(value);
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
