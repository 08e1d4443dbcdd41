/** The guide: every sentence of the platform has its place, every sample compiles and runs, no table has left a fact out. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ruleDescriptions } from "@annex/check";
import { startTestCloud } from "@annex/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const root = resolve(import.meta.dirname, "..");
const guide = join(root, "docs", "guide");

type Sentence = { readonly page: string; readonly asks: string; readonly proved_by: readonly string[] };

const sentences = JSON.parse(
  readFileSync(join(guide, "practices", "sentences.json"), "utf8"),
) as readonly Sentence[];

describe("what the platform asks", () => {
  const pages = readdirSync(join(guide, "practices")).filter(
    (file) => file.endsWith(".md") && file !== "index.md",
  );

  test.each(pages)("%s has each of its sentences, and what is done about them", (file) => {
    const text = readFileSync(join(guide, "practices", file), "utf8");
    const asked = /## What the platform asks\n\n([\s\S]*?)\n\n## /.exec(text)?.[1] ?? "";
    const listed = sentences.filter(({ page }) => page === basename(file, ".md")).map(({ asks }) => asks);
    expect(asked.split("\n").map((line) => line.replace(/^- /, ""))).toEqual(listed);
    for (const part of ["What Annex does by itself", "What is left to you", "How to see it"])
      expect(text).toMatch(new RegExp(`## ${part}\n\n\\S`));
  });

  test("each sentence is proved by rules of the checker that there are", () => {
    const known = new Set(ruleDescriptions.map(({ id }) => id));
    for (const { asks, proved_by: rules } of sentences) {
      expect(rules.length, asks).toBeGreaterThan(0);
      for (const rule of rules) expect(known.has(rule), `${rule}: ${asks}`).toBe(true);
    }
    // The platform's guide has so many: one that is taken out here would be missed by nobody else.
    expect(sentences).toHaveLength(45);
  });
});

test("every variable that an app reads is in the table, and no other", () => {
  const source = join(root, "packages", "app", "src");
  const read = readdirSync(source, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith(".ts") && !file.includes(".test."))
    .flatMap((file) => [
      ...readFileSync(join(source, file), "utf8").matchAll(/"(ANNEX_[A-Z_]+|PORT|NODE_ENV)"/g),
    ])
    .map(([, name]) => name);
  const table = readFileSync(join(guide, "variables.md"), "utf8").matchAll(/^\| `([A-Z_]+)`/gm);
  expect([...table].map(([, name]) => name).toSorted()).toEqual([...new Set(read)].toSorted());
});

test("every option of the checker is in its table, and no other", () => {
  const cli = join(root, "packages", "cli", "bin", "annex.mjs");
  const { stdout } = spawnSync(process.execPath, [cli, "check", "--help"], { encoding: "utf8" });
  const options = [...stdout.matchAll(/^ {2}(?:-h, )?(--[a-z-]+)/gm)].map(([, name]) => name);
  const rows = readFileSync(join(guide, "checking.md"), "utf8").matchAll(/^\| (`--[^|]*)\|/gm);
  const told = [...rows].flatMap(([, cell = ""]) => cell.match(/--[a-z-]+/g) ?? []);
  expect([...told, "--help"].toSorted()).toEqual(options.toSorted());
});

test("every command is told of, and every one that is told of is there", () => {
  const cli = join(root, "packages", "cli", "bin", "annex.mjs");
  const { stdout } = spawnSync(process.execPath, [cli, "--help"], { encoding: "utf8" });
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
  const pages = readdirSync(guide, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".md"),
  );
  const told = pages
    .map((file) => readFileSync(join(guide, file), "utf8"))
    .flatMap((text) => [...text.matchAll(/(?:`annex|npx annex|annex\.mjs) ([a-z]+)/g)])
    .map(([, name]) => name);
  expect([...new Set(told)].toSorted()).toEqual(commands.toSorted());
});

describe("the samples", () => {
  let directory: string;
  const files: string[] = [];

  beforeAll(() => {
    const scratch = join(root, ".cache", "guide");
    mkdirSync(scratch, { recursive: true });
    // Inside the repository, so that the packages resolve; ignored by git.
    directory = mkdtempSync(join(scratch, "samples-"));
    for (const folder of ["src", "pages", "test"])
      cpSync(join(root, "templates", "minimal", folder), join(directory, folder), { recursive: true });
    for (const page of readdirSync(guide, { recursive: true }).map(String)) {
      if (!page.endsWith(".md") || page.startsWith("reference")) continue;
      const blocks = readFileSync(join(guide, page), "utf8").matchAll(/```ts\n([\s\S]*?)```/g);
      for (const [index, [, code = ""]] of [...blocks].entries()) {
        const file = `${page.replace(/\.md$/, "").replaceAll(/[\\/]/g, "-")}-${index + 1}.ts`;
        writeFileSync(join(directory, "src", file), code.replaceAll('"../src/app.ts"', '"./app.ts"'));
        files.push(file);
      }
    }
    const settings = { extends: "../../../tsconfig.json", include: ["src", "test"], exclude: [] };
    writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(settings));
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test("compile, all in one program, with the app of the README and its test", () => {
    expect(files.length).toBeGreaterThan(8);
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    const { stdout } = spawnSync(process.execPath, [compiler, "-p", directory], { encoding: "utf8" });
    expect(stdout).toBe("");
  });

  test("run: the app that has them all is installed, launched and asked", async () => {
    const load = (file: string) => import(pathToFileURL(join(directory, "src", file)).href);
    const { app } = (await load("app.ts")) as typeof import("../templates/minimal/src/app.ts");
    for (const file of files) if (!file.startsWith("testing")) await load(file);
    const cloud = await startTestCloud();
    try {
      await cloud.register(app);
      const page = await cloud.open(await cloud.install(app));
      const kept = await page.fetch("/api/notes", { method: "POST", body: '{"text":"one"}' });
      expect(kept.status).toBe(204);
      expect(await (await page.fetch("/api/notes")).json()).toMatchObject([{ text: "one" }]);
      const saved = await page.fetch("/api/balances.csv");
      expect([saved.status, await saved.text()]).toEqual([200, "balance,currency,minor units\n"]);
      const form = new FormData();
      form.set("file", new File(["a,b"], "statement.csv"));
      expect((await page.fetch("/api/statement", { method: "POST", body: form })).status).toBe(204);
      expect(await (await page.fetch("/list")).text()).toContain("<ul>");
    } finally {
      await cloud.stop();
    }
  });
});
