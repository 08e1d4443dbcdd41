/** The guide: every sentence of the platform has its place, every sample compiles and runs, no table has left a fact out. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ruleDescriptions } from "@annex/check";
import { eventually, startTestCloud, type TestCloud } from "@annex/testing";
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
    const { settle } = await load("how-to-money-1.ts");
    app.portal.post("/api/settle", async (c) => c.json({ run: await c.jobs.start(settle) }));
    app.portal.get("/api/kept", async (c) =>
      c.json({
        lines: await c.data.collection("statement-lines").list(),
        payouts: await c.data.collection("payouts").list(),
      }),
    );
    app.portal.post("/api/void/:hold", { requires: ["data:write"] }, async (c) => {
      await c.cloud.proxy.updateInflight(c.param("hold"), { status: "void", skip_queue: true });
      return c.noContent();
    });
    const cloud = await startTestCloud();
    try {
      const permissions = [...app.manifest.permissions, "data:write"];
      const registered = await cloud.register({ ...app, manifest: { ...app.manifest, permissions } });
      const installation = await cloud.install(registered);
      const page = await cloud.open(installation);
      const kept = await page.fetch("/api/notes", { method: "POST", body: '{"text":"one"}' });
      expect(kept.status).toBe(204);
      expect(await (await page.fetch("/api/notes")).json()).toMatchObject([{ text: "one" }]);
      const saved = await page.fetch("/api/balances.csv");
      expect([saved.status, await saved.text()]).toEqual([200, "balance,currency,minor units\n"]);
      const form = new FormData();
      form.set("file", new File(["a,b"], "statement.csv"));
      expect((await page.fetch("/api/statement", { method: "POST", body: form })).status).toBe(204);
      expect(await (await page.fetch("/list")).text()).toContain("<ul>");
      await takesAFileOfLines(page);
      await settlesPayouts(cloud, page, await cloud.open(installation, { user: "Operator" }));
    } finally {
      await cloud.stop();
    }
  });
});

type Page = Awaited<ReturnType<TestCloud["open"]>>;

const send = (page: Page, path: string, body?: unknown) =>
  page.fetch(path, { method: "POST", ...(body === undefined ? {} : { body: JSON.stringify(body) }) });

async function takesAFileOfLines(page: Page): Promise<void> {
  const upload = async (...lines: readonly string[]) => {
    const answer = await send(page, "/api/statements", { text: lines.join("\n") });
    return `${answer.status} ${await answer.text()}`;
  };
  const header = "reference,amount,currency";
  expect(await upload(header, "INV-1,100.00,USD", "INV-2,5,EUR", "INV-1,250.00,USD")).toMatch(
    /^422 .*line 4: INV-1 is the reference of line 2 too/,
  );
  expect(await upload("", "", header, "INV-9,1.00,DOLLAR")).toMatch(/^422 .*line 4, currency: is three/);
  expect(await upload("reference,currency,amount", "INV-9,USD,1,250")).toMatch(
    /^422 .*line 2: The line has 4 of the header's 3 fields/,
  );
  expect(await upload(header, "", "INV-9,1.00,USD")).toMatch(
    /^422 .*line 2: The line has 1 of the header's 3 fields/,
  );
  expect(await upload("amount,currency", "1.00,USD")).toMatch(/^422 .*line 2, reference: is missing/);
  for (const _time of [1, 2])
    expect(await upload("currency,reference,amount", "USD,INV-1,100.00", "JPY,INV-2,5")).toBe(
      '201 {"lines":2}',
    );
  expect(await upload(header, "INV-3,1.00,USD", "INV-1,250.00,USD")).toMatch(
    /^422 .*line 3: INV-1 was taken before, with 100\.00 USD/,
  );
  const { lines } = (await (await page.fetch("/api/kept")).json()) as {
    lines: { key: string; value: object }[];
  };
  expect(lines.map(({ value }) => value)).toEqual([
    { reference: "INV-1", currency: "USD", minor: 10_000 },
    { reference: "INV-2", currency: "JPY", minor: 5 },
  ]);
}

async function settlesPayouts(cloud: TestCloud, page: Page, other: Page): Promise<void> {
  type Kept = { key: string; value: { hold?: string; approvedBy?: string; endedElsewhere?: string } };
  const kept = async () => ((await (await page.fetch("/api/kept")).json()) as { payouts: Kept[] }).payouts;
  await cloud.ledger().post("/transactions", {
    precise_amount: 100_000,
    precision: 100,
    currency: "USD",
    source: "@world",
    destination: "@till",
    reference: "funds",
    description: "Funds",
    allow_overdraft: true,
    skip_queue: true,
  });
  for (const amount of ["1.00", "2.00", "3.00"])
    expect(
      (await send(page, "/api/payouts", { amount, currency: "USD", from: "@till", to: "@vendor" })).status,
    ).toBe(201);
  const held = await eventually(kept, (all) => all.every(({ value }) => value.hold !== undefined));
  const [first, second, third] = held;
  expect((await send(page, `/api/payouts/${first?.key}/approve`)).status).toBe(409);
  for (const payout of [first, second])
    expect((await send(other, `/api/payouts/${payout?.key}/approve`)).status).toBe(204);
  expect((await send(page, `/api/void/${first?.value.hold}`)).status).toBe(204);
  expect((await send(page, "/api/settle")).status).toBe(200);
  const left = await eventually(kept, (all) => all.length === 2);
  expect(left).toMatchObject([
    { key: first?.key, value: { endedElsewhere: "TXN_ALREADY_VOIDED" } },
    { key: third?.key, value: { hold: third?.value.hold } },
  ]);
}
