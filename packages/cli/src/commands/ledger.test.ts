/** `annex ledger` from outside: where its secret lies, and its books as a file. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runAnnex, startAnnex } from "../testing/run-annex.ts";
import { runHere } from "../testing/run-here.ts";

let directory: string;

// Each of these starts a ledger of its own, in a process of its own.
vi.setConfig({ testTimeout: 240_000 });

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "annex-cli-ledger-"));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("with a server it leaves nothing behind: it used to put a secret into a folder nobody had named", async () => {
  const { code, errors } = await runAnnex(
    ["ledger", "--port", "0", "--database", "postgres://127.0.0.1:9/none"],
    {
      directory,
    },
  );
  expect([code, errors.split("\n").length]).toEqual([1, 3]);
  expect(readdirSync(directory)).toEqual([]);
});

test("what is no address of PostgreSQL is refused, and not repeated: a password may stand in it", async () => {
  const place = { directory, environment: { PGHOST: "" } };
  const core = ["cloud", "--core", "http://127.0.0.1:9", "--core-database"];
  for (const url of ["elsewhere", "mysql://one:secret@host/x", "postgres:///none", "postgres://one@/none"]) {
    for (const words of [["ledger", "--port", "0", "--database"], core]) {
      const { failure } = await runHere([...words, url], place);
      expect(failure).toEqual([
        `${words.at(-1)} is no address of a PostgreSQL server.`,
        "Give it as postgres://user:password@host/database.",
      ]);
    }
  }
});

test.each([
  ["", "--key is empty."],
  [" padded", "--key has characters that a header can't carry."],
  ["schlüssel", "--key has characters that a header can't carry."],
])("a key that nobody could send is refused: %j", async (key, what) => {
  const data = join(directory, "keyed");
  const { failure } = await runHere(["ledger", "--port", "0", "--data", data, "--key", key], { directory });
  expect(failure).toEqual([
    what,
    "Give one of letters, digits and signs; leave it out for a ledger that is open on this machine.",
  ]);
});

test("a secret that was cut short is not taken for one", async () => {
  const data = join(directory, "cut");
  mkdirSync(data);
  writeFileSync(join(data, "tokenization-secret"), "short");
  const { failure } = await runHere(["ledger", "--port", "0", "--data", data], { directory });
  expect(failure).toEqual([
    `${join(data, "tokenization-secret")} has 5 bytes, and no secret of 32.`,
    "Put back the one that the books' tokens were made with; remove the file if there are none.",
  ]);
});

test("its books go into a file and out of it into another folder", async () => {
  const [from, to, file] = [join(directory, "from"), join(directory, "to"), join(directory, "books.jsonl")];
  const ledger = await startAnnex(["ledger", "--port", "0", "--data", from, "--no-flush"]);
  const made = await fetch(`${ledger.ready}/ledgers`, {
    method: "POST",
    body: JSON.stringify({ name: "Moved" }),
  });
  expect(made.status).toBe(201);
  const busy = await runAnnex(["ledger", "export", file, "--data", from]);
  expect([busy.code, busy.errors]).toEqual([1, expect.stringContaining("is in use by another process")]);
  expect((await ledger.stop()).code).toBe(0);

  expect(await runAnnex(["ledger", "export", file, "--data", from])).toMatchObject({ code: 0, errors: "" });
  const filled = await runAnnex(["ledger", "import", file, "--data", to]);
  expect(filled).toMatchObject({ code: 0, errors: "", output: "2 rows are in the books.\n" });
  const again = await runAnnex(["ledger", "import", file, "--data", to]);
  expect(again).toMatchObject({
    code: 1,
    errors:
      "The database holds books already.\nImport into an empty one: a new directory, or a new database.\n",
  });
});
