import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { install, numbers, uninstall } from "../../../test/store-events.ts";
import { quietLog } from "../../../test/stores.ts";
import type { Store } from "../interface.ts";
import { type CheckpointLimits, createCheckpoints } from "./checkpoints.ts";
import { openConnection } from "./connection.ts";
import { createDocuments, writeDocuments } from "./documents.ts";
import { openSqliteStore } from "./index.ts";
import { schemaVersion } from "./schema.ts";
import { createTransaction } from "./transaction.ts";

const noCrash = () => undefined;

function temporaryFile(): string {
  const directory = mkdtempSync(join(tmpdir(), "annex-store-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, "app.db");
}

function opened(file = temporaryFile(), limits?: CheckpointLimits): Store {
  const store = openSqliteStore(file, noCrash, quietLog, limits);
  onTestFinished(() => store.close().catch(() => undefined));
  return store;
}

function bytesOf(file: string): Buffer {
  const directory = join(file, "..");
  return Buffer.concat(readdirSync(directory).map((name) => readFileSync(join(directory, name))));
}

describe("a transaction", () => {
  function openTable() {
    const connection = openConnection(temporaryFile());
    connection.database.exec("CREATE TABLE marks (mark INTEGER PRIMARY KEY)");
    onTestFinished(() => connection.close());
    let commits = 0;
    const commit = createTransaction(connection, (point) => {
      if (point === "before-commit") commits += 1;
    });
    const mark = (number: number) =>
      commit.run(() => connection.statement("INSERT INTO marks VALUES (?)").run(number).changes);
    const marks = () =>
      connection.database
        .prepare("SELECT mark FROM marks")
        .all()
        .map((row) => row["mark"]);
    return { commit, mark, marks, commits: () => commits };
  }

  /** A table whose rows take a page each. */
  function openPages() {
    const connection = openConnection(temporaryFile());
    const { database } = connection;
    database.exec("CREATE TABLE pages (content BLOB)");
    onTestFinished(() => connection.close());
    const commit = createTransaction(connection, noCrash);
    const fill = (rows: number) => {
      for (let row = 0; row < rows; row += 1)
        connection.statement("INSERT INTO pages VALUES (zeroblob(4000))").run();
    };
    const count = () => database.prepare("SELECT count(*) AS rows FROM pages").get()?.["rows"];
    return { database, commit, fill, count };
  }

  test("what arrives in one turn is one transaction", async () => {
    const table = openTable();
    await Promise.all(numbers(50).map(table.mark));
    expect([table.marks().length, table.commits()]).toEqual([50, 1]);
  });

  test("one who fails takes nobody along", async () => {
    const table = openTable();
    await table.mark(3);
    const results = await Promise.allSettled(numbers(5).map(table.mark));
    expect(results.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
    ]);
    expect(table.marks()).toEqual([1, 2, 3, 4, 5]);
  });

  // Waiting for the lock held up the whole process: /health too, and installs past Cloud's ten seconds.
  test("waits for another process that holds the lock, and holds up nobody meanwhile", async () => {
    const file = temporaryFile();
    const store = opened(file);
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
    }, 1);
    const installed = store.apply(install(1));
    const health = await store.health(400);
    expect(health).toEqual({ ok: false, reason: "busy" });
    expect(turns).toBeGreaterThan(5);
    clearInterval(turning);
    other.exec("COMMIT");
    other.close();
    expect((await installed).decision.because).toBe("installed");
    expect(await store.health(1000)).toEqual({ ok: true });
  });

  // SQLite's own codes for both, as a file system that is mounted anew or full brings them about.
  test.each([
    ["full", "PRAGMA max_page_count=1", "PRAGMA max_page_count=1000000"],
    ["read-only", "PRAGMA query_only=ON", "PRAGMA query_only=OFF"],
  ])(
    "on a disk that is %s is refused with the reason, and goes on when it can be written",
    async (reason, worse, better) => {
      const { database, commit, fill, count } = openPages();
      fill(1);
      database.exec(worse);
      await expect(commit.run(() => fill(100))).rejects.toMatchObject({ name: "StoreUnavailable", reason });
      expect(count()).toBe(1);
      database.exec(better);
      await commit.run(() => fill(100));
      expect(count()).toBe(101);
    },
  );

  test("when the commit itself fails everybody hears of it, and the next one goes on", async () => {
    const table = openTable();
    await expect(
      table.commit.run(() => {
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    await table.mark(1);
    expect(table.marks()).toEqual([1]);
  });
});

/** As events that come side by side, which share a commit: each waits for the disk. */
function inFours(all: readonly number[]): readonly (readonly number[])[] {
  return all.flatMap((_, index) => (index % 4 === 0 ? [all.slice(index, index + 4)] : []));
}

/** Every file is large, and every log soon long. */
const byThread: CheckpointLimits = { largeFile: 0, longLog: 200 };

describe.each([
  ["of SQLite's own", undefined, 400],
  ["of a thread", byThread, 100],
])("erasure with checkpoints %s", (_, limits, count) => {
  const sealedOf = (number: number) => Buffer.alloc(160, `sealed<${String(number).padStart(5, "0")}>`);

  test("after an uninstall the sealed key is in no file, with hundreds of others around", async () => {
    const file = temporaryFile();
    const store = opened(file, limits);
    for (const few of inFours(numbers(count)))
      await Promise.all(few.map((number) => store.apply(install(number, sealedOf(number)))));
    expect(bytesOf(file).includes("sealed<00007>")).toBe(true);
    for (const few of inFours(numbers(count).filter((each) => each % 2 === 1)))
      await Promise.all(few.map((number) => store.apply(uninstall(number))));
    const bytes = bytesOf(file).toString("latin1");
    const left = numbers(count).filter((number) =>
      bytes.includes(`sealed<${String(number).padStart(5, "0")}>`),
    );
    expect(left).toEqual(numbers(count).filter((number) => number % 2 === 0));
  });

  test("uninstalls at once share it", async () => {
    const file = temporaryFile();
    const store = opened(file, limits);
    await Promise.all(numbers(100).map((number) => store.apply(install(number, sealedOf(number)))));
    await Promise.all(numbers(100).map((number) => store.apply(uninstall(number))));
    expect(bytesOf(file).includes("sealed<")).toBe(false);
    expect(statSync(`${file}-wal`).size).toBe(0);
  });

  test("what a crash left between commit and erasure is erased at the next opening", async () => {
    const file = temporaryFile();
    const connection = openConnection(file);
    connection.database.exec("INSERT INTO sealed_keys VALUES (1, CAST('sealed<00001>' AS BLOB), 't')");
    connection.database.exec("UPDATE sealed_keys SET sealed = zeroblob(length(sealed))");
    expect(bytesOf(file).includes("sealed<00001>")).toBe(true);
    // Not closed: closing folds the log in. A second opening is what a restart does.
    const again = openConnection(file);
    expect(bytesOf(file).includes("sealed<00001>")).toBe(false);
    again.close();
    connection.close();
  });

  test("a reader that is in the way at the opening delays it, and it is made up for", async () => {
    const file = temporaryFile();
    const connection = openConnection(file);
    connection.database.exec("INSERT INTO sealed_keys VALUES (1, CAST('sealed<00001>' AS BLOB), 't')");
    connection.database.exec("UPDATE sealed_keys SET sealed = zeroblob(length(sealed))");
    const reader = new DatabaseSync(file);
    reader.exec("BEGIN; SELECT count(*) FROM installations");
    const reopened = opened(file, limits);
    expect(bytesOf(file).includes("sealed<00001>")).toBe(true);
    reader.exec("COMMIT");
    reader.close();
    await expect.poll(() => bytesOf(file).includes("sealed<00001>"), { timeout: 20_000 }).toBe(false);
    await reopened.close();
    connection.close();
  }, 40_000);

  test("an uninstall that another process erases again is erased though it changes nothing", async () => {
    const file = temporaryFile();
    const first = opened(file, limits);
    await first.apply(install(1));
    const connection = openConnection(file);
    connection.database.exec("INSERT INTO sealed_keys VALUES (99, CAST('sealed<00099>' AS BLOB), 't')");
    const second = opened(file, limits);
    expect((await first.apply(uninstall(1))).decision.because).toBe("uninstalled");
    // As a process leaves it that dies between the commit and the erasure.
    connection.database.exec("UPDATE sealed_keys SET sealed = zeroblob(length(sealed)) WHERE rowid = 99");
    connection.database.exec("DELETE FROM sealed_keys WHERE rowid = 99");
    await second.apply(uninstall(1));
    expect(statSync(`${file}-wal`).size).toBe(0);
    for (const store of [first, second]) await store.close();
    connection.close();
  });

  test("a reader of another process delays it, but not the answer for long", async () => {
    const file = temporaryFile();
    const store = opened(file, limits);
    await store.apply(install(1));
    const reader = new DatabaseSync(file);
    reader.exec("BEGIN; SELECT count(*) FROM installations");
    const uninstalled = store.apply(uninstall(1));
    const first = await Promise.race([
      uninstalled.then(() => "answered"),
      store.installations.find("instapp_1"),
    ]);
    expect(first).toMatchObject({ status: "active" });
    reader.exec("COMMIT");
    reader.close();
    expect((await uninstalled).decision.because).toBe("uninstalled");
    expect(statSync(`${file}-wal`).size).toBe(0);
  });
});

describe("checkpoints of a thread", () => {
  test("keep the log from growing while it is committed all the time", async () => {
    const file = temporaryFile();
    const store = opened(file, byThread);
    const sealed = Buffer.alloc(160, 1);
    let number = 0;
    let written = 0;
    const logSize = () => statSync(`${file}-wal`).size;
    // Each of them writes to some ten pages, so that a log that is never begun anew would be larger.
    while (logSize() === 0 || written < 3 * logSize()) {
      number += 1;
      await store.apply(install(number, sealed));
      written += 5 * 4096;
    }
    expect((await store.installations.find("instapp_1"))?.status).toBe("active");
  });

  test("that fails leaves them to the commits", async () => {
    const file = temporaryFile();
    const connection = openConnection(file);
    onTestFinished(() => connection.close());
    const noDatabase = join(file, "..", "text");
    writeFileSync(noDatabase, "no database at all, but long enough to be looked at as one".repeat(100));
    const warned = Promise.withResolvers<string>();
    const log = { ...quietLog, warn: warned.resolve };
    const checkpoints = createCheckpoints(connection, noDatabase, log, byThread);
    for (const _ of numbers(20)) checkpoints.committed();
    expect(await warned.promise).toContain("commits do it again");
    connection.database.exec("UPDATE health SET checked = 7");
    expect(await checkpoints.truncate()).toBe(true);
    expect(statSync(`${file}-wal`).size).toBe(0);
    await checkpoints.stop();
  });
});

describe("two processes on one file", () => {
  test("two that open a new file at once make its tables once", () => {
    const file = temporaryFile();
    const connections = [openConnection(file), openConnection(file)];
    for (const connection of connections) connection.close();
    expect(new DatabaseSync(file).prepare("PRAGMA user_version").get()).toMatchObject({
      user_version: schemaVersion,
    });
  });

  test("a file of a newer version is refused", () => {
    const file = temporaryFile();
    openConnection(file).close();
    const newer = new DatabaseSync(file);
    newer.exec("PRAGMA user_version=99");
    newer.close();
    expect(() => openConnection(file)).toThrow("newer version");
  });
});

describe("what is stored", () => {
  /** A file whose trail was written by the version before, with these changes made by it. */
  function fileWithOlderTrail(changes: string): string {
    const file = temporaryFile();
    const before = openConnection(file);
    before.database.exec(`
      DROP TABLE audit;
      CREATE TABLE audit (entry_number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, installed_app_id TEXT,
        actor_kind TEXT NOT NULL, actor_id TEXT, action TEXT NOT NULL, details TEXT) STRICT;
      ${changes};
      PRAGMA user_version=${schemaVersion - 1}`);
    before.close();
    return file;
  }
  const entryOfMember =
    "INSERT INTO audit VALUES (41, 7, 'instapp_1', 'member', 'user_1', 'app.x', '{\"rows\":3}')";
  const entry = { at: 8, actor: { kind: "app" }, action: "app.y" } as const;

  // Whoever reads on after the last number he has seen must find what came since.
  test.each([
    ["all", "DELETE FROM audit", []],
    [
      "the newest",
      "INSERT INTO audit SELECT 5, 1, NULL, 'app', NULL, 'app.x', NULL; DELETE FROM audit WHERE entry_number = 41",
      [5],
    ],
  ])(
    "a trail of which an earlier version forgot %s goes on with the numbers that follow",
    async (_which, forget, kept) => {
      const store = opened(fileWithOlderTrail(`${entryOfMember}; ${forget}`));
      await store.audit.append(entry);
      const listed = await store.audit.list({ since: 0, after: 0, limit: 9 });
      expect(listed.map(({ entryNumber }) => entryNumber)).toEqual([...kept, 41, 42]);
      expect(listed.slice(-2)).toMatchObject([{ actor: { kind: "app" }, action: "trail.continued" }, entry]);
    },
  );

  test("entries of the trail that an earlier version wrote keep their numbers, and are not changed", async () => {
    const file = fileWithOlderTrail(entryOfMember);
    const store = opened(file);
    await store.audit.append(entry);
    expect(await store.audit.list({ since: 0, after: 0, limit: 9 })).toEqual([
      {
        entryNumber: 41,
        at: 7,
        installedAppId: "instapp_1",
        actor: { kind: "member", id: "user_1" },
        action: "app.x",
        details: { rows: 3 },
      },
      { entryNumber: 42, ...entry },
    ]);
    const changing = new DatabaseSync(file);
    expect(() => changing.exec("UPDATE audit SET at = 9")).toThrow("not changed");
    changing.close();
  });

  test("the file is for its owner's eyes only", () => {
    const file = temporaryFile();
    opened(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

test.each([
  ["ascending", false, "run/290"],
  ["descending", true, "run/010"],
])("a page far behind the first one walks past nothing, %s", async (_name, descending, after) => {
  const connection = openConnection(temporaryFile());
  onTestFinished(() => connection.close());
  const { database } = connection;
  const transaction = createTransaction(connection, noCrash);
  const documents = createDocuments(connection, transaction);
  const address = {
    owner: { of: "installation", installedAppId: "instapp_1" },
    collection: "lines",
  } as const;
  const keys = Array.from({ length: 300 }, (_key, index) => `run/${String(index).padStart(3, "0")}`);
  const writes = keys.map((key) => ({ address, key, text: "1" }));
  await transaction.run(() => writeDocuments(connection, writes));
  // Every row that a statement comes to is counted.
  let walked = 0;
  database.function("walks", (_key) => {
    walked += 1;
    return 1;
  });
  database.exec("ALTER TABLE documents RENAME TO rows_of_documents");
  database.exec("CREATE VIEW documents AS SELECT * FROM rows_of_documents WHERE walks(key)");
  const found = await documents.list(address, { prefix: "run/", limit: 9, descending, after });
  expect(found.map(({ key }) => key)).toEqual(descending ? keys.slice(1, 10).reverse() : keys.slice(-9));
  // The one it begins behind may be among them.
  expect(walked).toBeLessThanOrEqual(10);
  expect(walked).toBeGreaterThanOrEqual(9);
});
