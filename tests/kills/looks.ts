/** Looks past every door: into the tables, and into every file that is left. */
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Book } from "./book.ts";
import type { Broken } from "./promises.ts";
import type { Receiver } from "./receiver.ts";
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

const quietWithin = 60_000;

/** Waits until no run of an install is under way. */
export async function untilQuiet(kept: KillStore): Promise<readonly Broken[]> {
  const until = performance.now() + quietWithin;
  const sql =
    "SELECT count(*) AS runs FROM annex.runs WHERE status IN ('waiting', 'queued', 'running') AND job <> 'tick'";
  for (;;) {
    const left = Number((await kept.query(sql))[0]?.["runs"]);
    if (left === 0) return [];
    if (performance.now() > until)
      return [{ kind: "undone", what: `${left} runs are not done a minute after the last event` }];
    await pause(200);
  }
}

/** Each installation that is active has done its work, and each effect of what is completed was seen. */
export async function workUndone(kept: KillStore, { effects }: Receiver): Promise<readonly Broken[]> {
  const runs = await kept.query(
    `SELECT r.run_id, r.installed_app_id AS id, r.job, r.status FROM annex.runs r JOIN annex.installations i USING (installed_app_id)
      WHERE i.status = 'active' AND r.job IN ('work', 'tick')`,
  );
  const without = await kept.query(
    `SELECT i.installed_app_id AS id FROM annex.installations i WHERE i.status = 'active' AND
      (SELECT count(*) FROM annex.runs r WHERE r.installed_app_id = i.installed_app_id AND r.job = 'work') <> 1`,
  );
  const undone = runs.flatMap(({ run_id: runId, id, job, status }): readonly Broken[] => {
    const wanted =
      job === "work" ? [0, 1, 2].map((step) => `${String(id)} ${step}`) : [`${String(runId)} tick`];
    const isDone = status === "completed" && wanted.every((effect) => effects.has(effect));
    // A tick may have come while the replicas stopped.
    if (isDone || (job === "tick" && (status === "queued" || status === "running"))) return [];
    return [{ kind: "undone", what: `${String(job)} ${String(runId)} is ${String(status)}` }];
  });
  return [
    ...undone,
    ...without.map(
      (row): Broken => ({ kind: "undone", what: `${String(row["id"])} has not one run of its work` }),
    ),
  ];
}

/** What one installation or one tick causes comes under one key, however often and by whom it is sent. */
export function effectsTwice({ effects }: Receiver): readonly Broken[] {
  return [...effects].flatMap(([what, keys]): readonly Broken[] =>
    keys.size === 1 ? [] : [{ kind: "effects", what: `${what} came under ${keys.size} keys` }],
  );
}
