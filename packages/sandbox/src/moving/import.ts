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
import { type CloudLine, CloudNotMoved, head, lineSchema, versionWithoutEnd } from "./file.ts";
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
  const stores = { state: state.queries, audit: audit.queries, secrets };
  const taken = withoutHead(lines);
  let rows = 0;
  try {
    let next = await taken.next();
    const follow = async () => {
      rows += 1;
      next = await taken.next();
    };
    while (next.done !== true) {
      const line = next.value;
      if ("books" in line) {
        await storeBooks(
          directory,
          line.books,
          linesOfBooks(line.books, () => next, follow),
        );
        continue;
      }
      await store(line, stores).catch((error: unknown) => {
        throw isRefusedRow(error)
          ? new CloudNotMoved(`Line ${rows + 2} of the file does not fit.`, exportAgain)
          : error;
      });
      await follow();
    }
    return rows;
  } finally {
    await state.close();
    await audit.close();
  }
}

type Next = IteratorResult<Exclude<CloudLine, { end: number }>>;

/** The lines of an instance's books, which stand together. None of them is kept: they may be more than memory holds. */
async function* linesOfBooks(
  id: string,
  next: () => Next,
  follow: () => Promise<void>,
): AsyncGenerator<string> {
  for (let found = next(); found.done !== true && "books" in found.value; found = next()) {
    if (found.value.books !== id) return;
    yield found.value.line;
    await follow();
  }
}

async function storeBooks(
  { instancesDirectory }: ReturnType<typeof takeDataDirectory>,
  id: string,
  lines: AsyncIterable<string>,
): Promise<void> {
  const where = { kind: "embedded", directory: join(instancesDirectory, id) } as const;
  await importBooks(where, lines).catch((error: unknown) => {
    throw isRefusedBook(error) ? new CloudNotMoved(`The books of ${id} do not fit.`, exportAgain) : error;
  });
}

type Stores<State, Audit> = {
  readonly state: Kysely<State>;
  readonly audit: Kysely<Audit>;
  readonly secrets: NewSecrets;
};

/** The columns are those of the file; the database refuses what does not fit. */
type AnyTables = Readonly<Record<string, Record<string, unknown>>>;

async function store<State, Audit>(
  line: Exclude<CloudLine, { end: number } | { books: string }>,
  stores: Stores<State, Audit>,
): Promise<void> {
  if ("audit" in line) {
    await insert(stores.audit as unknown as Kysely<AnyTables>, "audit", line.audit);
    return;
  }
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

/** Results of SQLite that say a row is wrong, and not the disk: an unknown column, a constraint, a type. */
const rowResults = new Set([1, 19, 20]);
const primaryMask = 0xff;

function isRefusedRow(error: unknown): boolean {
  if (!(error instanceof Error) || !("errcode" in error)) return false;
  return rowResults.has(Number(error.errcode) & primaryMask);
}

/** Classes of PostgreSQL's codes: data, a constraint, a name that is none. */
function isRefusedBook(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^(?:22|23|42)/.test(String(error.code));
}

/**
 * The lines between the first and the last.
 *
 * @throws CloudNotMoved for a file that is none, or of which a part is missing.
 */
async function* withoutHead(
  lines: AsyncIterable<string>,
): AsyncGenerator<Exclude<CloudLine, { end: number }>> {
  let version: unknown;
  let count = 0;
  let whole = false;
  for await (const line of lines) {
    if (version === undefined) {
      version = versionOf(line);
      whole = version === versionWithoutEnd;
      continue;
    }
    // The first line is the head.
    const value = parsed(line, count + 2);
    if ("end" in value) {
      whole = value.end === count;
      continue;
    }
    count += 1;
    // What comes behind the end belongs to no file of ours.
    whole = version === versionWithoutEnd;
    yield value;
  }
  if (version === undefined) throw noCloud();
  if (!whole) throw new CloudNotMoved("A part of the file is missing: it ends too early.", exportAgain);
}

function versionOf(line: string): unknown {
  const { format, version } = (json(line) ?? {}) as Record<string, unknown>;
  if (format === head.format && (version === head.version || version === versionWithoutEnd)) return version;
  throw noCloud();
}

function parsed(line: string, number: number): CloudLine {
  const { success, data } = lineSchema.safeParse(json(line));
  if (success) return data;
  throw new CloudNotMoved(
    `Line ${number} of the file cannot be read: it was cut off, or changed.`,
    exportAgain,
  );
}

/** What a line holds; nothing where it is no JSON. */
function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const exportAgain = "Export it again, with the version of Annex that wrote it.";

function noCloud(): CloudNotMoved {
  return new CloudNotMoved("The file holds no local Cloud.", "Give one that annex cloud export wrote.");
}
