import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { recordsOf } from "./records.ts";
import { newTenant } from "./tenants.ts";

test("what a database's log holds again is no second record", () => {
  const directory = mkdtempSync(join(tmpdir(), "annex-records-"));
  const path = join(directory, "app.db");
  const database = new DatabaseSync(path);
  onTestFinished(() => {
    database.close();
    rmSync(directory, { recursive: true, force: true });
  });
  database.exec("CREATE TABLE installations (id TEXT, instance TEXT, status TEXT)");
  database.exec("PRAGMA journal_mode = WAL");
  const tenant = newTenant("a", "app_1", {});
  database
    .prepare("INSERT INTO installations VALUES (?, ?, 'active')")
    .run(tenant.installedAppId, tenant.instanceId);
  for (const status of ["suspended", "active", "ended"])
    database.prepare("UPDATE installations SET status = ?").run(status);
  expect(recordsOf(directory, tenant)).toEqual([{ place: "installations", count: 1 }]);
});
