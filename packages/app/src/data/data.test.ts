import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Log } from "../log/index.ts";
import { openSqliteStore } from "../stores/sqlite/index.ts";
import { bindDocuments } from "./collections.ts";

const none = () => undefined;
const quiet: Log = { debug: none, info: none, warn: none, error: none, with: () => quiet };

function openData() {
  const directory = mkdtempSync(join(tmpdir(), "annex-data-"));
  const store = openSqliteStore(join(directory, "app.db"), none, quiet);
  onTestFinished(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });
  return (installedAppId: string) =>
    bindDocuments({
      store,
      clock: () => 0,
      owners: {
        installation: { of: "installation", installedAppId },
        tenant: async () => ({ of: "tenant", tenantNumber: 1 }),
      },
    });
}

describe("a collection", () => {
  test("gives back what was put, integers of any size exact", async () => {
    const collection = openData()("instapp_1").collection<unknown>("things");
    const value = {
      amount: 2n ** 80n,
      minor: 5n,
      small: 5,
      text: "é\u0000",
      list: [null, { deep: -(2n ** 64n) }],
    };
    await collection.put("a", value);
    expect(await collection.get("a")).toEqual(value);
    expect(await collection.get("b")).toBeUndefined();
  });

  test("keeps the last of what was put under a key", async () => {
    const collection = openData()("instapp_1").collection<number>("things");
    await collection.put("a", 1);
    await collection.putMany([
      { key: "a", value: 2 },
      { key: "a", value: 3 },
    ]);
    expect([await collection.get("a"), await collection.count()]).toEqual([3, 1]);
  });

  test("puts all or nothing", async () => {
    const collection = openData()("instapp_1").collection<unknown>("things");
    const entries = [
      { key: "a", value: 1 },
      { key: "", value: 2 },
    ];
    await expect(collection.putMany(entries)).rejects.toThrow("key");
    await collection.putMany([]);
    expect(await collection.count()).toBe(0);
  });

  test("says whether there was something to delete", async () => {
    const collection = openData()("instapp_1").collection<number>("things");
    await collection.put("a", 1);
    expect([await collection.delete("a"), await collection.delete("a")]).toEqual([true, false]);
  });

  test("lists by prefix, in order, in pages, in both directions", async () => {
    const collection = openData()("instapp_1").collection<number>("things");
    const keys = ["run/1/a", "run/1/b", "run/1/c", "run/10/a", "run/2/a", "other"];
    await collection.putMany(keys.map((key, value) => ({ key, value })));
    const keysOf = async (options: Parameters<typeof collection.list>[0]) =>
      (await collection.list(options)).map(({ key }) => key);
    expect(await keysOf({ prefix: "run/1/" })).toEqual(["run/1/a", "run/1/b", "run/1/c"]);
    expect(await keysOf({ prefix: "run/1/", limit: 2 })).toEqual(["run/1/a", "run/1/b"]);
    expect(await keysOf({ prefix: "run/1/", after: "run/1/b" })).toEqual(["run/1/c"]);
    expect(await keysOf({ prefix: "run/", descending: true, limit: 2 })).toEqual(["run/2/a", "run/10/a"]);
    expect(await keysOf({ prefix: "run/", descending: true, after: "run/10/a" })).toEqual([
      "run/1/c",
      "run/1/b",
      "run/1/a",
    ]);
    expect([await collection.count({ prefix: "run/" }), await collection.count()]).toEqual([5, 6]);
  });

  test("lists any keys in the order of their bytes", async () => {
    const data = openData()("instapp_1");
    let number = 0;
    const keys = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }), {
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(keys, async (all) => {
        number += 1;
        const collection = data.collection<string>(`c${number}`);
        await collection.putMany(all.map((key) => ({ key, value: key })));
        const sorted = [...all].sort((one, other) => Buffer.from(one).compare(Buffer.from(other)));
        expect((await collection.list()).map(({ value }) => value)).toEqual(sorted);
      }),
      { numRuns: 30 },
    );
  });
});

test("collections and installations are apart", async () => {
  const data = openData();
  await data("instapp_1").collection<number>("things").put("a", 1);
  expect(await data("instapp_1").collection("other").list()).toEqual([]);
  expect(await data("instapp_2").collection("things").list()).toEqual([]);
  expect(await data("instapp_2").collection("things").delete("a")).toBe(false);
});

test.each(["", "a b", "a/b", "x".repeat(101)])("the collection name %j is refused", (name) => {
  expect(() => openData()("instapp_1").collection(name)).toThrow("collection's name");
});
