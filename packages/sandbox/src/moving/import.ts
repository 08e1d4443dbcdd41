/** Lines of a file as a new Cloud: all of it or, when anything is in the way, none. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { importBooks } from "@annex/ledger";
import type { Kysely } from "kysely";
import {
  createSeal,
  openAuditDatabase,
  openStateDatabase,
  readOrCreateSealingKey,
  stateExists,
  takeDataDirectory,
} from "../store/index.ts";
import { pooledRandom } from "../surroundings.ts";
import { type CloudLine, CloudNotMoved, head, movedTables } from "./file.ts";
import { type NewSecrets, newSecrets } from "./new-secrets.ts";

/**
 * Fills a data directory that holds no Cloud yet from lines that `exportCloud` wrote. Members get new
 * passwords and second factors, installations keys that nobody has, apps the URLs they had without their
 * secret: they are registered again before they can be spoken to.
 *
 * @returns how many rows there were.
 * @throws CloudNotMoved when the file is none of these, or the directory holds a Cloud already.
 * @example
 * ```ts
 * await importCloud(".annex", createInterface({ input: createReadStream("situation.jsonl") }));
 * ```
 */
export async function importCloud(dataDirectory: string, lines: AsyncIterable<string>): Promise<number> {
  const directory = takeDataDirectory(dataDirectory, false);
  try {
    if (stateExists(directory))
      throw new CloudNotMoved(
        `${directory.path} holds a local Cloud already.`,
        "Name an empty folder with --data.",
      );
    const files = [directory.stateFile, directory.auditFile, directory.sealingKeyFile];
    try {
      return await fill(directory, lines);
    } catch (error) {
      for (const file of files.flatMap((name) => [name, `${name}-wal`, `${name}-shm`]))
        rmSync(file, { force: true });
      rmSync(directory.instancesDirectory, { recursive: true, force: true });
      throw error;
    }
  } finally {
    directory.release();
  }
}

async function fill(
  directory: ReturnType<typeof takeDataDirectory>,
  lines: AsyncIterable<string>,
): Promise<number> {
  const secrets = newSecrets(
    createSeal(readOrCreateSealingKey(directory.sealingKeyFile, false)),
    pooledRandom(),
  );
  const state = openStateDatabase(directory.stateFile);
  const audit = openAuditDatabase(directory.auditFile);
  const books = new Map<string, string[]>();
  try {
    let rows = 0;
    for await (const line of withoutHead(lines)) {
      await store(line, { state: state.queries, audit: audit.queries, books, secrets });
      rows += 1;
    }
    for (const [id, kept] of books) {
      const where = { kind: "embedded", directory: join(directory.instancesDirectory, id) } as const;
      await importBooks(where, asynchronous(kept));
    }
    return rows;
  } finally {
    await state.close();
    await audit.close();
  }
}

type Stores<State, Audit> = {
  readonly state: Kysely<State>;
  readonly audit: Kysely<Audit>;
  readonly books: Map<string, string[]>;
  readonly secrets: NewSecrets;
};

/** The columns are those of the file; the database refuses what does not fit. */
type AnyTables = Readonly<Record<string, Record<string, unknown>>>;

async function store<State, Audit>(line: CloudLine, stores: Stores<State, Audit>): Promise<void> {
  if ("books" in line) {
    const kept = stores.books.get(line.books) ?? [];
    kept.push(line.line);
    stores.books.set(line.books, kept);
    return;
  }
  if ("audit" in line) {
    await insert(stores.audit as unknown as Kysely<AnyTables>, "audit", line.audit);
    return;
  }
  if (!movedTables.includes(line.table)) throw noCloud();
  const row = await stores.secrets.complete(line.table, line.row);
  await insert(stores.state as unknown as Kysely<AnyTables>, line.table, row);
}

async function insert(
  database: Kysely<AnyTables>,
  table: string,
  row: Readonly<Record<string, unknown>>,
): Promise<void> {
  await database.insertInto(table).values(row).execute();
}

async function* withoutHead(lines: AsyncIterable<string>): AsyncGenerator<CloudLine> {
  let first = true;
  for await (const line of lines) {
    const value = parsed(line);
    if (first && (value["format"] !== head.format || value["version"] !== head.version)) throw noCloud();
    if (!first) yield value as unknown as CloudLine;
    first = false;
  }
  if (first) throw noCloud();
}

function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    throw noCloud();
  }
}

async function* asynchronous(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

function noCloud(): CloudNotMoved {
  return new CloudNotMoved("The file holds no local Cloud.", "Give one that annex cloud export wrote.");
}
