/** Makes the template where it is missing: a ledger is set up in a folder, closed and packed. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { embeddedDatabase } from "./embedded.ts";
import { packFolder } from "./embedded-packing.ts";
import { rawEngine } from "./embedded-raw.ts";
import { engineParts, parsers, partsAsOptions, startParameters } from "./embedded-settings.ts";
import { templateFile } from "./embedded-template.ts";
import { migrate } from "./schema.ts";

/** PostgreSQL's own, from which further databases are made; a ledger has one, and they are two thirds of its size. */
const unused = ["template0", "template1"];

const file = await templateFile();
if (!existsSync(file)) await make();

async function make(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "annex-ledger-template-"));
  try {
    const data = join(folder, "postgres");
    await setUp(data);
    await keep(packFolder(data));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function setUp(data: string): Promise<void> {
  const engine = await PGlite.create({
    fs: new NodeFS(data),
    parsers,
    startParams: [...startParameters("unflushed"), ...["-c", "wal_recycle=off"]],
    ...partsAsOptions(await engineParts()),
  });
  const database = embeddedDatabase(rawEngine(engine), () => {});
  await migrate(database);
  await database.execute("UPDATE pg_database SET datistemplate = false");
  for (const name of unused) await database.execute(`DROP DATABASE ${name}`);
  // What was logged on the way here nobody needs: the log begins anew, with zeros.
  await database.execute("SELECT pg_switch_wal()");
  await database.execute("CHECKPOINT");
  await database.close();
}

/** Two programs that do so at once do not disturb each other; those for other versions go. */
async function keep(packed: Uint8Array): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, packed);
  const others = (await readdir(folder)).filter((name) => name.endsWith(".gz"));
  await rename(draft, file);
  for (const name of others) if (join(folder, name) !== file) await rm(join(folder, name), { force: true });
}
