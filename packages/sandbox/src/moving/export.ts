/** A Cloud's state as lines of a file. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { exportBooks } from "@annex/ledger";
import { maskKeys, maskUrl } from "../masking.ts";
import { callbackContext, portalContext } from "../registry/index.ts";
import {
  createSeal,
  holdsState,
  openAuditDatabase,
  openStateDatabase,
  readOrCreateSealingKey,
  type Seal,
  type StateDatabase,
  takeDataDirectory,
} from "../store/index.ts";
import { type CloudLine, CloudNotMoved, head, isSecretColumn, movedTables } from "./file.ts";

type Write = (text: string) => Promise<unknown>;

const rowsAtOnce = 500;

/**
 * Writes the whole state of a data directory, line by line, secrets left out, and what faults still hold back.
 *
 * @param write takes lines, each with its line feed; the next ones wait for it.
 * @returns how many lines there were, as reading them gives it.
 * @throws SandboxStartError `data_directory_in_use` while a Cloud runs on it, CloudNotMoved when it holds none.
 * @example
 * ```ts
 * await exportCloud(".annex", (text) => file.write(text));
 * ```
 */
export async function exportCloud(dataDirectory: string, write: Write): Promise<number> {
  if (!holdsState(dataDirectory))
    throw new CloudNotMoved(
      `${resolve(dataDirectory)} holds no local Cloud.`,
      "Name its folder with --data.",
    );
  const directory = takeDataDirectory(dataDirectory, false);
  try {
    const seal = createSeal(readOrCreateSealingKey(directory.sealingKeyFile, true));
    await write(`${JSON.stringify(head)}\n`);
    let lines = 0;
    const line = async (value: CloudLine) => {
      lines += 1;
      await write(`${JSON.stringify(value)}\n`);
    };
    const state = openStateDatabase(directory.stateFile);
    try {
      await exportState(state.queries, seal, line);
      await exportAudit(directory.auditFile, line);
      const instances = await state.queries.selectFrom("instances").select("instance_id").execute();
      for (const { instance_id: id } of instances)
        await exportInstance(id, join(directory.instancesDirectory, id), line);
    } finally {
      await state.close();
    }
    const rows = lines;
    await line({ end: rows });
    return rows;
  } finally {
    directory.release();
  }
}

async function exportState(
  database: StateDatabase,
  seal: Seal,
  line: (value: CloudLine) => Promise<unknown>,
): Promise<void> {
  for (const table of movedTables) {
    const rows = (await database.selectFrom(table).selectAll().execute()) as Record<string, unknown>[];
    for (const row of rows) {
      const shown = table === "apps" ? { ...row, ...shownUrls(row, seal) } : row;
      await line({ table, row: withoutSecrets(shown) } as CloudLine);
    }
  }
}

/** Where an app was, without the part of its URLs that lets somebody speak to it. */
function shownUrls(row: Readonly<Record<string, unknown>>, seal: Seal) {
  const id = String(row["app_id"]);
  const open = (column: string, context: string) => maskUrl(seal.open(row[column] as Uint8Array, context));
  return {
    registration_callback_url: open("registration_callback_url_sealed", callbackContext(id)),
    portal_generator_url: open("portal_generator_url_sealed", portalContext(id)),
  };
}

/** Texts too: a key can stand wherever somebody wrote one, such as in a fault's value. */
function withoutSecrets(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const shown = Object.entries(row).filter(([name]) => !isSecretColumn(name));
  return Object.fromEntries(
    shown.map(([name, value]) => [name, typeof value === "string" ? maskKeys(value) : value]),
  );
}

async function exportAudit(file: string, line: (value: CloudLine) => Promise<unknown>): Promise<void> {
  const audit = openAuditDatabase(file);
  try {
    let last = 0;
    for (;;) {
      const query = audit.queries.selectFrom("audit").selectAll().where("sequence", ">", last);
      const rows = await query.orderBy("sequence").limit(rowsAtOnce).execute();
      for (const row of rows) await line({ audit: withoutSecrets(row) } as CloudLine);
      last = rows.at(-1)?.sequence ?? last;
      if (rows.length < rowsAtOnce) return;
    }
  } finally {
    await audit.close();
  }
}

/** The books of an embedded ledger; an instance in front of somebody's real Core has none here. */
async function exportInstance(
  instanceId: string,
  directory: string,
  line: (value: CloudLine) => Promise<unknown>,
): Promise<void> {
  if (!existsSync(directory)) return;
  await exportBooks({ kind: "embedded", directory }, async (text) => {
    for (const each of text.split("\n")) if (each !== "") await line({ books: instanceId, line: each });
  });
}
