/** A slow list used to hold up every posting for as long as it took, and the engine had no timer to stop it by. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DatabaseError } from "./database.ts";
import { EmbeddedConnection } from "./embedded-connection.ts";
import { startInMemory } from "./embedded-engine.ts";
import { type RawEngine, rawEngine } from "./embedded-raw.ts";
import { engineParts } from "./embedded-settings.ts";
import { startOnThread } from "./embedded-thread.ts";

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "annex-ledger-engine-"));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe.each([
  ["in memory", async () => rawEngine(await startInMemory(await engineParts()))],
  [
    "on a thread",
    async () => startOnThread({ directory, durability: "unflushed", parts: await engineParts() }),
  ],
])("the engine %s", (_where, start: () => Promise<RawEngine>) => {
  let engine: RawEngine;

  beforeAll(async () => {
    engine = await start();
    const unlimited = new EmbeddedConnection(engine);
    // More than its buffers hold, so that the table has to be read from its file.
    await unlimited.command(
      "CREATE TABLE long AS SELECT repeat('x', 1000) AS text FROM generate_series(1, 25000) AS row",
    );
  }, 120_000);

  afterAll(() => engine.close());

  const slow = "SELECT count(*) AS rows FROM long WHERE text LIKE '%y%'";

  it("cancels a list that takes too long, serves the next, and lets what is no list take its time", async () => {
    const connection = new EmbeddedConnection(engine, { longestReadMilliseconds: 0 });
    const refusal = await connection.query(slow, [], { planAnew: true }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DatabaseError);
    expect(refusal).toMatchObject({ sqlState: "57014" });
    expect(await connection.query(slow, [])).toEqual([{ rows: "0" }]);
  });
});

/** Bytes of this process's objects that something holds. */
function heldBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

// It kept every message of every answer: some hundred bytes of each call, and of a list all of it.
it("keeps nothing of what it has answered", async () => {
  const engine = rawEngine(await startInMemory(await engineParts()));
  const connection = new EmbeddedConnection(engine);
  const list = () => connection.query("SELECT repeat('x', 500000) AS text", []);
  await list();
  const before = heldBytes();
  for (let asked = 0; asked < 100; asked += 1) await list();
  expect(heldBytes() - before).toBeLessThan(20_000_000);
  await engine.close();
});

it("takes a long answer apart in turns", async () => {
  const engine = rawEngine(await startInMemory(await engineParts()));
  let turns = 0;
  let turnsBefore = 0;
  const watched: RawEngine = {
    ...engine,
    async send(...sent) {
      const answer = await engine.send(...sent);
      turnsBefore = turns;
      return answer;
    },
  };
  const counting = setInterval(() => turns++, 0);
  const rows = await new EmbeddedConnection(watched).query(
    "SELECT i::text, repeat('x', 200) AS text FROM generate_series(1, 50000) AS i",
    [],
  );
  clearInterval(counting);
  expect([rows.length, rows.at(-1)?.["i"]]).toEqual([50_000, "50000"]);
  // In one go nobody has one.
  expect(turns - turnsBefore).toBeGreaterThan(1);
  await engine.close();
}, 60_000);

it("gives texts as they are stored, also those that begin with a mark", async () => {
  const engine = rawEngine(await startInMemory(await engineParts()));
  const texts = ["\uFEFFName", "\uFEFF", "Na\uFEFFme", "", "\u{1F600}", null];
  const columns = texts.map((_, index) => `$${index + 1}::text AS "${index}"`).join(", ");
  const [row] = await new EmbeddedConnection(engine).query(`SELECT ${columns}`, texts);
  expect(Object.values(row ?? {})).toEqual(texts);
  await engine.close();
}, 60_000);

it("says why an engine on a thread does not start", async () => {
  const noFolder = join(directory, "file");
  await writeFile(noFolder, "");
  const starting = startOnThread({
    directory: noFolder,
    durability: "unflushed",
    parts: await engineParts(),
  });
  await expect(starting).rejects.toThrow(/the embedded engine did not start: .*ENOTDIR/);
});
