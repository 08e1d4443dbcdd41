/** `annex cloud fill`, `export` and `import`: a large Cloud made up, taken out of its folder and put into another. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runHere } from "../testing/run-here.ts";

vi.setConfig({ testTimeout: 60_000 });

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "annex-cli-state-"));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("a Cloud is filled, exported whole, and imported into an empty folder alone", async () => {
  const [from, to, file] = [join(directory, "from"), join(directory, "to"), join(directory, "cloud.jsonl")];
  const size = ["--organizations", "2", "--instances", "2", "--apps", "3"];
  expect(await runHere(["cloud", "fill", "--data", from, ...size])).toEqual({
    output: "2 organizations are there more. annex cloud starts with them.\n",
    failure: [],
  });
  const exported = await runHere(["cloud", "export", file, "--data", from]);
  expect(exported.output).toMatch(/^\d+ rows are in .*cloud\.jsonl\. No key, password or secret URL is\.\n$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, "utf8")).not.toMatch(/blnk_[0-9a-z]{20}/i);
  const [rows] = /^\d+/.exec(exported.output) ?? [];
  const imported = await runHere(["cloud", "import", file, "--data", to]);
  expect(imported.output).toMatch(new RegExp(`^${rows} rows are there\\. Members have new passwords`));
  const again = await runHere(["cloud", "import", file, "--data", to]);
  expect(again.failure).toHaveLength(2);
});

test.each([
  ["cloud", "export"],
  ["cloud", "import"],
  ["ledger", "export"],
  ["ledger", "import"],
])("annex %s %s of a folder says which folder, before anything is made", async (what, how) => {
  const data = join(directory, "untouched");
  const { failure } = await runHere([what, how, directory, "--data", data]);
  expect(failure[0]).toBe(`${directory} is a folder, where a file is wanted.`);
  expect(existsSync(data)).toBe(false);
});

test("what is no Cloud is two lines, and nothing is written", async () => {
  const file = join(directory, "nothing.jsonl");
  const missing = join(directory, "nowhere");
  const { failure } = await runHere(["cloud", "export", file, "--data", missing]);
  expect(failure).toEqual([`${missing} holds no local Cloud.`, "Name its folder with --data."]);
  expect(existsSync(missing)).toBe(false);
  expect(() => statSync(file)).toThrow();
  const nowhere = runHere(["cloud", "export", join(directory, "none", "x"), "--data", directory]);
  await expect(nowhere).rejects.toThrow(expect.objectContaining({ path: join(directory, "none") }));
});
