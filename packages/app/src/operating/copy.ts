/**
 * From one machine to many: an app's SQLite file into a PostgreSQL server, table by table in the order of its keys.
 * What is there already is left as it is, so a copy that was stopped goes on when it is started again.
 */
import { DatabaseSync } from "node:sqlite";
import { type Connection, openConnection } from "../stores/postgres/connection.ts";
import { migrate } from "../stores/postgres/schema.ts";
import { readVersion, schemaVersion } from "../stores/sqlite/schema.ts";

/** One table, and how many rows both sides have. */
export type Copied = { readonly table: string; readonly from: number; readonly to: number };

/**
 * The copy can't be made, or the two sides do not agree at its end.
 *
 * @example
 * ```ts
 * if (error instanceof CopyError && error.code === "copy_counts") startAnew();
 * ```
 */
export class CopyError extends Error {
  override readonly name = "CopyError";
  readonly code: "copy_version" | "copy_counts";
  constructor(code: CopyError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

type Table = {
  readonly name: string;
  readonly columns: readonly string[];
  /** The rows in question, where a table is put together of several. */
  readonly from?: string;
  /** A column that PostgreSQL would number by itself. */
  readonly numbered?: string;
};

const run = ["run_number", "run_id", "installed_app_id", "job"];
const portal = ["token_key", "installed_app_id", "generation", "user_id", "created_at", "expires_at"];

const tables: readonly Table[] = [
  { name: "events", columns: ["idempotency_key", "organization_id", "fingerprint", "received_at"] },
  {
    name: "installations",
    columns: [
      ...[
        "installed_app_id",
        "app_id",
        "organization_id",
        "instance_id",
        "granted_permissions",
        "api_key_prefix",
      ],
      ...["status", "generation", "fingerprint", "key_hash", "key_stored_at", "sealed", "ring_key_id"],
      ...["suspended_at", "installed_at", "ended_at", "erased"],
    ],
    // An overwritten key is zeros; where nothing is to be opened, nothing is copied.
    from: `(SELECT i.*, CASE i.status WHEN 'active' THEN k.sealed END AS sealed,
      CASE i.status WHEN 'active' THEN k.ring_key_id END AS ring_key_id
      FROM installations i LEFT JOIN sealed_keys k USING (installation_number))`,
  },
  { name: "contests", columns: ["older_id", "newer_id", "since", "open_hours", "counted_at"] },
  { name: "portal_links", columns: portal },
  { name: "portal_sessions", columns: [...portal, "last_used_at"] },
  {
    name: "runs",
    columns: [
      ...run,
      ...[
        "status",
        "input",
        "result",
        "failure",
        "progress",
        "trace",
        "cause",
        "attempt",
        "failures",
        "crashes",
        "fence",
        "worker",
      ],
      ...["lease_until", "available_at", "waits_since", "created_at", "started_at", "finished_at"],
    ],
    numbered: "run_number",
  },
  {
    name: "run_keys",
    columns: ["installed_app_id", "job", "key", "run_number", "run_id", "fingerprint", "expires_at"],
  },
  { name: "steps", columns: ["run_number", "name", "result", "finished_at"] },
  { name: "effects", columns: ["work", "effect_id", "effect", "noted_at", "result", "seen"] },
  { name: "schedules", columns: ["name", "last_tick"] },
  {
    name: "tenants",
    columns: ["tenant_number", "app_id", "organization_id", "instance_id", "created_at"],
    numbered: "tenant_number",
  },
  { name: "documents", columns: ["owner", "collection", "key", "value"] },
  {
    name: "secrets",
    columns: ["owner", "name", "prefix", "set_at", "set_by", "sealed", "ring_key_id"],
    from: "(SELECT * FROM secrets JOIN sealed_secrets USING (secret_number))",
  },
  {
    name: "audit",
    columns: ["entry_number", "at", "installed_app_id", "actor_kind", "actor_id", "action", "details"],
    numbered: "entry_number",
  },
  { name: "wrapped_keys", columns: ["ring_key_id", "wrapped", "key_hash", "created_at"] },
];

const rowsAtOnce = 500;

export async function copyStore(file: string, url: string, appName: string): Promise<readonly Copied[]> {
  const source = new DatabaseSync(file, { readOnly: true });
  const target = openConnection(url, appName);
  try {
    assertVersion(source, file);
    await migrate(target);
    for (const table of tables) await copyTable(source, target, table);
    const copied: Copied[] = [];
    for (const table of tables) copied.push(await countTable(source, target, table));
    const wrong = copied.filter(({ from, to }) => from !== to).map(({ table }) => table);
    if (wrong.length > 0)
      throw new CopyError(
        "copy_counts",
        `The counts of ${wrong.join(", ")} differ; something else writes to one of the databases.`,
      );
    return copied;
  } finally {
    source.close();
    await target.close();
  }
}

function assertVersion(source: DatabaseSync, file: string): void {
  const version = readVersion(source);
  if (version === schemaVersion) return;
  throw new CopyError(
    "copy_version",
    `${file} has tables of version ${version}, and this version of the app works with ${schemaVersion}; run "annex migrate" on it first.`,
  );
}

async function copyTable(source: DatabaseSync, target: Connection, table: Table): Promise<void> {
  const { name, columns, from = name, numbered } = table;
  const every = source.prepare(`SELECT ${columns.join(", ")} FROM ${from} ORDER BY 1, 2`);
  let part: Record<string, unknown>[] = [];
  for (const row of every.iterate()) {
    part.push(row);
    if (part.length < rowsAtOnce) continue;
    await insert(target, table, part);
    part = [];
  }
  await insert(target, table, part);
  if (numbered !== undefined)
    await target.query(
      `SELECT setval(pg_get_serial_sequence('annex.${name}', '${numbered}'), coalesce(max(${numbered}), 0) + 1, false)
        FROM annex.${name}`,
    );
}

async function insert(
  target: Connection,
  table: Table,
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  if (rows.length === 0) return;
  const { name, columns, numbered } = table;
  const places = rows.map(
    (_row, index) => `(${columns.map((_column, at) => `$${index * columns.length + at + 1}`).join(", ")})`,
  );
  const values = rows.flatMap((row) => columns.map((column) => storedValue(column, row[column])));
  await target.query(
    `INSERT INTO annex.${name} (${columns.join(", ")}) ${numbered === undefined ? "" : "OVERRIDING SYSTEM VALUE"}
      VALUES ${places.join(", ")} ON CONFLICT DO NOTHING`,
    values,
  );
}

function storedValue(column: string, value: unknown): unknown {
  if (column === "erased") return value === 1;
  return value instanceof Uint8Array ? Buffer.from(value) : value;
}

async function countTable(source: DatabaseSync, target: Connection, { name }: Table): Promise<Copied> {
  const from = Number(source.prepare(`SELECT count(*) AS rows FROM ${name}`).get()?.["rows"]);
  const to = Number(
    (await target.query(`SELECT count(*)::int AS rows FROM annex.${name}`)).rows[0]?.["rows"],
  );
  return { table: name, from, to };
}
