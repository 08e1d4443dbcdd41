/**
 * Rows that many ask for at once, by their key: those asked for while others are being read go into the next
 * statement together. Each is read after it was asked for, so nobody is shown less than what was answered before.
 */
import { isDataError } from "./database.ts";

/** Finds the rows of keys; a key without a row is left out. */
export type FindRows<Row> = (keys: readonly string[]) => Promise<ReadonlyMap<string, Row>>;

interface Asked<Row> {
  readonly key: string;
  resolve(row: Row | undefined): void;
  reject(error: unknown): void;
}

const mostInOne = 100;

/**
 * Makes a reader of single rows.
 *
 * @param atOnce How many statements may be on their way; more who ask meanwhile wait and share the next one.
 * @example
 * const read = readTogether((ids) => findBalances(database, ids), 2);
 * await read("bln_1"); // the row, or undefined
 */
export function readTogether<Row>(
  find: FindRows<Row>,
  atOnce: number,
): (key: string) => Promise<Row | undefined> {
  const waiting: Asked<Row>[] = [];
  let running = 0;

  async function run(): Promise<void> {
    running += 1;
    while (waiting.length > 0) await answer(find, waiting.splice(0, mostInOne));
    running -= 1;
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (running < atOnce) void run();
    });
}

async function answer<Row>(find: FindRows<Row>, asked: readonly Asked<Row>[]): Promise<void> {
  try {
    const rows = await find([...new Set(asked.map(({ key }) => key))]);
    for (const { key, resolve } of asked) resolve(rows.get(key));
  } catch (error) {
    // A key that no text of the database can hold is its own asker's fault alone.
    if (asked.length > 1 && isDataError(error)) for (const one of asked) await answer(find, [one]);
    else for (const { reject } of asked) reject(error);
  }
}
