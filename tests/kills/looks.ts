/** Looks past every door: into the tables, and into every file that is left. */
import { readFileSync } from "node:fs";
import type { Book } from "./book.ts";
import type { Broken } from "./promises.ts";
import type { KillStore } from "./stores.ts";

/** Whatever looks like a key is looked up among those sent: thousands of keys, one reading of each file. */
export function keysInClear(kept: KillStore, book: Book): readonly Broken[] {
  const owners = new Map(book.entries.map((entry) => [entry.key, entry.id]));
  return kept.files().flatMap((file) => {
    const seen = readFileSync(file, "latin1").match(/blnk_[0-9a-f]{48}/g) ?? [];
    return seen
      .filter((key) => owners.has(key))
      .map((key): Broken => ({ kind: "keys", what: `the key of ${owners.get(key)} is in clear in ${file}` }));
  });
}

/** No id stands in two records, and no install has two runs of its hook: asked of the tables, past every door. */
export async function recordsTwice(kept: KillStore): Promise<readonly Broken[]> {
  const twice = (table: string, where: string) =>
    kept.query(
      `SELECT installed_app_id AS id, count(*) AS records FROM ${table} WHERE ${where} GROUP BY installed_app_id HAVING count(*) > 1`,
    );
  const records = await twice("annex.installations", "1 = 1");
  const hooks = await twice("annex.runs", "job = '@on-install'");
  return [
    ...records.map((row) => twiceOf(row, "records")),
    ...hooks.map((row) => twiceOf(row, "runs of its hook")),
  ];
}

/** What an install causes is there with it: an active installation without the run of its hook lost it. */
export async function hooksLost(kept: KillStore): Promise<readonly Broken[]> {
  const rows = await kept.query(
    `SELECT i.installed_app_id AS id FROM annex.installations i WHERE i.status = 'active' AND NOT EXISTS
      (SELECT 1 FROM annex.runs r WHERE r.installed_app_id = i.installed_app_id AND r.job = '@on-install')`,
  );
  return rows.map((row) => ({
    kind: "lost",
    what: `${String(row["id"])} is installed, and its hook is lost`,
  }));
}

function twiceOf(row: Record<string, unknown>, what: string): Broken {
  return { kind: "twice", what: `${String(row["id"])} has ${String(row["records"])} ${what}` };
}
