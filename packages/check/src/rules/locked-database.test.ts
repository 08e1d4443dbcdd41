import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { NotTested } from "../evidence/index.ts";
import { lockDatabase } from "./locked-database.ts";

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), "annex-locked-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function write(path: string): void {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec("CREATE TABLE IF NOT EXISTS records (id); INSERT INTO records VALUES (1)");
  } finally {
    database.close();
  }
}

test("a database whose first bytes are no SQLite's is none, whatever log lies beside it", () => {
  const path = join(folder(), "sealed.db");
  writeFileSync(path, Buffer.alloc(4096, 7));
  writeFileSync(`${path}-wal`, Buffer.alloc(64, 7));
  expect(() => lockDatabase(path)).toThrow(NotTested);
});

test("a database is locked until it is let go", () => {
  const path = join(folder(), "app.db");
  write(path);
  const unlock = lockDatabase(path);
  expect(() => new DatabaseSync(path, { timeout: 0 }).exec("BEGIN IMMEDIATE")).toThrow("locked");
  unlock();
  write(path);
});

test("a database of any size is locked", () => {
  const path = join(folder(), "app.db");
  write(path);
  truncateSync(path, 100 * 1024 * 1024);
  const unlock = lockDatabase(path);
  expect(() => new DatabaseSync(path, { timeout: 0 }).exec("BEGIN IMMEDIATE")).toThrow("locked");
  unlock();
});

test("where one can't be locked, none stays locked", () => {
  const directory = folder();
  const [first, second] = [join(directory, "a.db"), join(directory, "b.db")];
  write(first);
  writeFileSync(second, Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(4096, 7)]));
  expect(() => lockDatabase(directory)).toThrow();
  write(first);
});
