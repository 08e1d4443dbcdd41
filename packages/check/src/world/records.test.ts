import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

test("a file of lines is one place, however many of them are of the installation", () => {
  const directory = mkdtempSync(join(tmpdir(), "annex-records-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const [tenant, other] = [newTenant("a", "app_1", {}), newTenant("a", "app_1", {})];
  const line = ({ installedAppId, instanceId }: typeof tenant) =>
    `${JSON.stringify({ id: installedAppId, instance: instanceId })}\n`;
  const counted = (text: string) => {
    writeFileSync(join(directory, "lens.jsonl"), text);
    return recordsOf(directory, tenant);
  };
  const place = join(directory, "lens.jsonl");
  expect(counted(line(other) + line(tenant))).toEqual([{ place, count: 1 }]);
  expect(counted(line(other) + line(tenant) + line(tenant))).toEqual([{ place, count: 2 }]);
  expect(counted(line(tenant))).toEqual([{ place: directory, count: 1 }]);
});
