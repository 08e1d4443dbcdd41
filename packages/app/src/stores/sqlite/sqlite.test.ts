import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Secret } from "@annex/protocol";
import { describe, expect, onTestFinished, test } from "vitest";
import { decide, type InstallFacts, type UninstallFacts } from "../../installations/decision.ts";
import type { Log } from "../../log/index.ts";
import { createVault } from "../../vault/index.ts";
import { parseKeyRing } from "../../vault/key-ring.ts";
import type { EventToApply, Store } from "../interface.ts";
import { openConnection } from "./connection.ts";
import { openSqliteStore } from "./index.ts";
import { createSharedCommit } from "./shared-commit.ts";

const noCrash = () => undefined;
const quiet: Log = { debug: noCrash, info: noCrash, warn: noCrash, error: noCrash, with: () => quiet };
const vault = createVault(parseKeyRing(`t:${Buffer.alloc(32, 3).toString("base64")}`));

function temporaryFile(): string {
  const directory = mkdtempSync(join(tmpdir(), "annex-store-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, "app.db");
}

function opened(file = temporaryFile()): Store {
  const store = openSqliteStore(file, noCrash, quiet);
  onTestFinished(() => store.close().catch(() => undefined));
  return store;
}

function install(number: number, sealed?: Uint8Array): EventToApply {
  const installedAppId = `instapp_${number}`;
  const facts: InstallFacts = {
    kind: "install",
    installedAppId,
    idempotencyKey: `install:${installedAppId}`,
    appId: "app_1",
    organizationId: "org_1",
    instanceId: `inst_${number}`,
    grantedPermissions: ["data:read"],
    apiKeyPrefix: "blnk_abc",
    fingerprint: "same",
    keyHashes: [`t.${number}`],
  };
  const seal = () => sealed ?? vault.seal(installedAppId, new Secret(`blnk_planted_${number}`));
  return { facts, now: number, decide: (known) => decide(known, facts, number), seal };
}

function uninstall(number: number): EventToApply {
  const installedAppId = `instapp_${number}`;
  const facts: UninstallFacts = {
    kind: "uninstall",
    installedAppId,
    idempotencyKey: `uninstall:${installedAppId}`,
    appId: "app_1",
    organizationId: "org_1",
    instanceId: `inst_${number}`,
    fingerprint: "gone",
  };
  return { facts, now: number, decide: (known) => decide(known, facts, number) };
}

const numbers = (count: number) => Array.from({ length: count }, (_none, index) => index + 1);

function bytesOf(file: string): Buffer {
  const directory = join(file, "..");
  return Buffer.concat(readdirSync(directory).map((name) => readFileSync(join(directory, name))));
}

describe("the shared commit", () => {
  function openTable() {
    const connection = openConnection(temporaryFile());
    connection.database.exec("CREATE TABLE marks (mark INTEGER PRIMARY KEY)");
    onTestFinished(() => connection.close());
    let commits = 0;
    const commit = createSharedCommit(connection, (point) => {
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

describe("erasure", () => {
  const sealedOf = (number: number) => Buffer.alloc(160, `sealed<${String(number).padStart(5, "0")}>`);

  test("after an uninstall the sealed key is in no file, with hundreds of others around", async () => {
    const file = temporaryFile();
    const store = opened(file);
    const count = 400;
    for (const number of numbers(count)) await store.apply(install(number, sealedOf(number)));
    expect(bytesOf(file).includes("sealed<00007>")).toBe(true);
    for (const number of numbers(count).filter((each) => each % 2 === 1))
      await store.apply(uninstall(number));
    const bytes = bytesOf(file).toString("latin1");
    const left = numbers(count).filter((number) =>
      bytes.includes(`sealed<${String(number).padStart(5, "0")}>`),
    );
    expect(left).toEqual(numbers(count).filter((number) => number % 2 === 0));
  });

  test("uninstalls at once share it", async () => {
    const file = temporaryFile();
    const store = opened(file);
    await Promise.all(numbers(100).map((number) => store.apply(install(number, sealedOf(number)))));
    await Promise.all(numbers(100).map((number) => store.apply(uninstall(number))));
    expect(bytesOf(file).includes("sealed<")).toBe(false);
    expect(statSync(`${file}-wal`).size).toBe(0);
  });

  test("what a crash left between commit and erasure is erased at the next opening", async () => {
    const file = temporaryFile();
    const connection = openConnection(file);
    connection.database.exec("INSERT INTO sealed_keys VALUES (1, CAST('sealed<00001>' AS BLOB))");
    connection.database.exec("UPDATE sealed_keys SET sealed = zeroblob(length(sealed))");
    expect(bytesOf(file).includes("sealed<00001>")).toBe(true);
    // Not closed: closing folds the log in. A second opening is what a restart does.
    const again = openConnection(file);
    expect(bytesOf(file).includes("sealed<00001>")).toBe(false);
    again.close();
    connection.close();
  });

  test("a reader of another process delays it, but not the answer for long", async () => {
    const file = temporaryFile();
    const store = opened(file);
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

describe("two processes on one file", () => {
  test("the same event on both is one record", async () => {
    const file = temporaryFile();
    const [one, other] = [opened(file), opened(file)];
    const results = await Promise.all(
      [one, other].flatMap((store) => numbers(20).map(() => store.apply(install(1)))),
    );
    expect(results.filter(({ decision }) => decision.because === "installed")).toHaveLength(1);
    expect(await one.outbox.undelivered(10)).toHaveLength(1);
  });

  test("each sees at once what the other did", async () => {
    const file = temporaryFile();
    const [one, other] = [opened(file), opened(file)];
    await one.apply(install(1));
    expect((await other.apply(install(1))).decision.because).toBe("duplicate");
    await other.apply(uninstall(1));
    expect((await one.installations.find("instapp_1"))?.status).toBe("uninstalled");
    expect(await one.installations.sealedKey("instapp_1")).toBeUndefined();
  });

  test("two that open a new file at once make its tables once", () => {
    const file = temporaryFile();
    const connections = [openConnection(file), openConnection(file)];
    for (const connection of connections) connection.close();
    expect(new DatabaseSync(file).prepare("PRAGMA user_version").get()).toMatchObject({ user_version: 2 });
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
  test("a sealed key copied to another row does not open there", async () => {
    const file = temporaryFile();
    const store = opened(file);
    await store.apply(install(1));
    await store.apply(install(2));
    const thief = new DatabaseSync(file);
    thief.exec(
      "UPDATE sealed_keys SET sealed = (SELECT sealed FROM sealed_keys WHERE installation_number = 1)",
    );
    thief.close();
    const copied = await store.installations.sealedKey("instapp_2");
    expect(vault.open("instapp_1", copied ?? new Uint8Array()).reveal()).toBe("blnk_planted_1");
    expect(() => vault.open("instapp_2", copied ?? new Uint8Array())).toThrow(
      expect.objectContaining({ code: "seal_broken" }),
    );
  });

  test("work is in the outbox until it was delivered, oldest first, and its number is never used again", async () => {
    const store = opened();
    await store.apply(install(1));
    await store.apply(uninstall(1));
    const rows = await store.outbox.undelivered(10);
    expect(rows.map(({ kind, reason }) => [kind, reason])).toEqual([
      ["install", "installed"],
      ["uninstall", "uninstalled"],
    ]);
    await store.outbox.markDelivered(rows.map(({ outboxId }) => outboxId));
    expect(await store.outbox.undelivered(10)).toEqual([]);
    await store.apply(install(2));
    expect((await store.outbox.undelivered(10))[0]?.outboxId).toBe(3);
  });

  test("what expired is forgotten in bounded parts, the rest is kept", async () => {
    const store = opened();
    await store.apply(install(1));
    const link = (number: number, expiresAt: number) => ({
      tokenKey: Buffer.from(String(number).padStart(36, "0")),
      installedAppId: "instapp_1",
      generation: 1,
      userId: undefined,
      createdAt: 0,
      expiresAt,
    });
    await Promise.all(numbers(1200).map((number) => store.links.add(link(number, number))));
    const calls = [store.forgetExpired(1101), store.forgetExpired(1101), store.forgetExpired(1101)];
    expect(await Promise.all(calls)).toEqual([true, true, false]);
    expect(await store.links.find(link(1100, 0).tokenKey)).toBeUndefined();
    expect(await store.links.find(link(1101, 0).tokenKey)).toMatchObject({ record: { expiresAt: 1101 } });
  });

  test("the file is for its owner's eyes only", () => {
    const file = temporaryFile();
    opened(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
