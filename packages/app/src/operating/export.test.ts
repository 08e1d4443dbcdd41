import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { install } from "../../test/store-events.ts";
import { quietLog } from "../../test/stores.ts";
import { openSqliteStore } from "../stores/sqlite/index.ts";
import { exportData } from "./export.ts";

// It stopped at a thousand runs, and said nothing of the others.
test("an export holds all there is, in parts", async () => {
  const directory = mkdtempSync(join(tmpdir(), "annex-export-"));
  const store = openSqliteStore(join(directory, "app.db"), () => undefined, quietLog);
  onTestFinished(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });
  await store.apply(install(1));
  const owner = { of: "installation", installedAppId: "instapp_1" } as const;
  const many = Array.from({ length: 1200 }, (_, index) => index);
  const writes = many.map((index) => ({
    address: { owner, collection: `things ${index % 2}` },
    key: String(index),
    text: "1",
  }));
  const runs = many.map(() => ({ installedAppId: "instapp_1", job: "work" }));
  await store.commit({ expected: [], writes, runs }, 5);
  const exported = await exportData(store, "instapp_1");
  if (exported === undefined) return expect.unreachable();
  const documents = await Array.fromAsync(exported.documents);
  expect(new Set(documents.map(({ collection, key }) => `${collection} ${key}`)).size).toBe(1200);
  const exportedRuns = await Array.fromAsync(exported.runs);
  // The one of the install too.
  expect(new Set(exportedRuns.map(({ runId }) => runId)).size).toBe(1201);
});
