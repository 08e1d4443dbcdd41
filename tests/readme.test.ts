/** The README's app is the one that `annex new` writes: it is started as it stands there (that it compiles is seen with the guide's samples). */
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readyUrl } from "./support/ready-url.ts";

const root = resolve(import.meta.dirname, "..");
/** Inside the repository, so that the packages resolve; ignored by git. */
const scratch = join(root, ".cache", "readme");
let directory: string;

beforeAll(() => {
  mkdirSync(scratch, { recursive: true });
  directory = mkdtempSync(join(scratch, "app-"));
  cpSync(join(root, "templates", "minimal"), directory, { recursive: true });
  for (const file of filesOf(directory)) writeFileSync(file, filledIn(readFileSync(file, "utf8")));
});

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function filledIn(text: string): string {
  return text.replaceAll("__NAME__", "low-balance").replaceAll("__TITLE__", "Low Balance");
}

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("the README shows the app that is written", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  expect(readme).toContain(`\`\`\`ts\n${readFileSync(join(directory, "src", "app.ts"), "utf8")}\`\`\``);
});

/** What is written for people, but for what the reference is made of anew. */
function writtenPages(): readonly string[] {
  const atTheRoot = ["README.md", "CONTRIBUTING.md", "SECURITY.md"].map((name) => join(root, name));
  const inDocs = ["guide", "decisions"].flatMap((folder) => filesOf(join(root, "docs", folder)));
  return [...atTheRoot, ...inDocs].filter((file) => file.endsWith(".md"));
}

test("every link of the README, the guide and the records leads somewhere, and every file they name is there", () => {
  for (const page of writtenPages()) {
    const text = readFileSync(page, "utf8");
    for (const [, link = ""] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g))
      expect(existsSync(resolve(page, "..", link)), `${page}: ${link}`).toBe(true);
    for (const [, path = ""] of text.matchAll(/`((?:packages|apps|scripts|tests|bench)\/[\w./-]+)`/g))
      expect(existsSync(join(root, path)), `${page}: ${path}`).toBe(true);
  }
});

test("every decision record stands in their index by its number and title, and no other", () => {
  const folder = join(root, "docs", "decisions");
  const records = readdirSync(folder).filter((file) => /^\d{4}-.+\.md$/.test(file));
  const titled = records.map((file) => {
    const [, number, title] = /^# (\d+)\. (.+)\n/.exec(readFileSync(join(folder, file), "utf8")) ?? [];
    expect(Number(file.slice(0, 4)), file).toBe(Number(number));
    return `${number} [${title}](${file})`;
  });
  const rows = readFileSync(join(folder, "README.md"), "utf8").matchAll(/^\| (\d+) +\| (\[.+?\]\(.+?\)) /gm);
  expect([...rows].map(([, number, link]) => `${number} ${link}`)).toEqual(titled);
});

test("every measurement that runs only when it is asked for is told of", () => {
  const suites = readFileSync(join(root, "bench", "src", "suites.ts"), "utf8");
  const asked = [...suites.matchAll(/^ {2}"?([a-z-]+)"?: \{\n(?: {4}.*\n)*? {4}onlyWhenAsked: true/gm)];
  const names = asked.map(([, name]) => name);
  const told = readFileSync(join(root, "CONTRIBUTING.md"), "utf8").matchAll(
    /npm run bench -- --only ([a-z-]+)/g,
  );
  expect(names.length).toBeGreaterThan(5);
  expect([...told].map(([, name]) => name).toSorted()).toEqual(names.toSorted());
});

test("the README's app starts, answers and ends", async () => {
  const app = spawn(process.execPath, ["src/main.ts"], {
    cwd: directory,
    env: { ...process.env, PORT: "0", NODE_ENV: "development" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((done) => app.once("exit", done));
  const url = await readyUrl(app);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect((await fetch(`${url}/portal/api/session`)).status).toBe(401);
  // The logo that the manifest names is there.
  expect((await fetch(`${url}/portal/logo.svg`)).headers.get("content-type")).toContain("svg");
  app.kill("SIGTERM");
  expect(await ended).toBe(0);
});
