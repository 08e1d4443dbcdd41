import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runAnnex } from "../testing/run-annex.ts";
import { planAddition, planApp, readProject, readTemplate, templateNames } from "./index.ts";
import { titleOf } from "./target.ts";

vi.setConfig({ testTimeout: 120_000 });

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "annex-new-"));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const target = { directory: "/apps/low-balance", name: "low-balance", title: "Low Balance" };

test("a folder's name is a title for people", () => {
  expect(["low-balance", "a.b_c", "x"].map(titleOf)).toEqual(["Low Balance", "A B C", "X"]);
});

test.each(templateNames())(
  "%s is whole: nothing is left to fill in, and what an app needs is there",
  (name) => {
    const files = planApp(target, readTemplate(name), []);
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        "package.json",
        "README.md",
        "Dockerfile",
        ".env.example",
        ".gitignore",
        "test/app.test.ts",
      ]),
    );
    for (const file of files) expect("text" in file && file.text).not.toMatch(/__[A-Z]+__/);
    // Markdown has a meaning for the marks of what is to be filled in, and whoever formats it could turn them into it.
    const readme = files.find(({ path }) => path === "README.md");
    expect(readme).toMatchObject({ text: expect.stringMatching(/^# Low Balance\n/) });
  },
);

test("tarballs are copied into the app, with all that they need in turn", () => {
  const tarballs = [
    { name: "@annex/app", file: "/packed/annex-app-0.1.0.tgz", needs: ["@annex/client"] },
    { name: "@annex/client", file: "/packed/annex-client-0.1.0.tgz", needs: [] },
    { name: "@annex/unused", file: "/packed/annex-unused-0.1.0.tgz", needs: [] },
  ];
  const template = [
    { path: "package.json", text: '{"name": "__NAME__", "dependencies": {"@annex/app": "0.1.0"}}' },
  ];
  const files = planApp(target, template, tarballs);
  expect(files.map(({ path }) => path)).toEqual([
    "package.json",
    "vendor/annex-app-0.1.0.tgz",
    "vendor/annex-client-0.1.0.tgz",
  ]);
  expect(JSON.parse((files[0] as { text: string }).text)).toMatchObject({
    name: "low-balance",
    dependencies: {
      "@annex/app": "file:vendor/annex-app-0.1.0.tgz",
      "@annex/client": "file:vendor/annex-client-0.1.0.tgz",
    },
  });
});

test("a project that is there gets the packages with all that they need, and keeps everything else", () => {
  const tarballs = [
    { name: "@annex/app", file: "/packed/annex-app-0.2.0.tgz", needs: ["@annex/client"] },
    { name: "@annex/client", file: "/packed/annex-client-0.2.0.tgz", needs: [] },
    { name: "@annex/testing", file: "/packed/annex-testing-0.2.0.tgz", needs: ["@annex/client"] },
  ];
  const project = {
    name: "fees",
    scripts: { test: "node --test" },
    dependencies: { fastify: "^5", "@annex/testing": "file:vendor/annex-testing-0.1.0.tgz" },
  };
  const text = JSON.stringify(project, null, "\t");
  const files = planAddition(readProject(text), ["app", "testing"], tarballs, "0.2.0");
  expect(files.map(({ path }) => path)).toEqual([
    "vendor/annex-testing-0.2.0.tgz",
    "vendor/annex-client-0.2.0.tgz",
    "vendor/annex-app-0.2.0.tgz",
    // Last: what it names is there by then.
    "package.json",
  ]);
  const written = (files.at(-1) as { text: string }).text;
  expect(JSON.parse(written)).toEqual({
    ...project,
    dependencies: {
      "@annex/app": "file:vendor/annex-app-0.2.0.tgz",
      "@annex/client": "file:vendor/annex-client-0.2.0.tgz",
      // Where it stood before.
      "@annex/testing": "file:vendor/annex-testing-0.2.0.tgz",
      fastify: "^5",
    },
  });
  expect(written).toMatch(/^\t"name"/m);
  const fromTheRegistry = planAddition(readProject("{}"), ["app", "cli"], [], "0.2.0");
  expect(JSON.parse((fromTheRegistry[0] as { text: string }).text)).toEqual({
    dependencies: { "@annex/app": "0.2.0" },
    devDependencies: { "@annex/cli": "0.2.0" },
  });
  expect(
    JSON.parse((planAddition(readProject("{}"), ["cli"], [], "0.2.0")[0] as { text: string }).text),
  ).toEqual({
    devDependencies: { "@annex/cli": "0.2.0" },
  });
});

test("what an app needs stands once in its package.json, and none of ours stays at an older version", () => {
  const tarballs = [
    { name: "@annex/app", file: "/packed/annex-app-0.2.0.tgz", needs: ["@annex/client"] },
    { name: "@annex/client", file: "/packed/annex-client-0.2.0.tgz", needs: [] },
  ];
  const project = readProject(
    '{"devDependencies":{"@annex/client":"0.1.0","vitest":"^4"},"dependencies":{"@annex/protocol":"0.1.0"}}',
  );
  const written = (from: typeof tarballs, given = project) =>
    JSON.parse((planAddition(given, ["app"], from, "0.2.0").at(-1) as { text: string }).text);
  const client = readProject('{"devDependencies":{"@annex/client":"file:vendor/annex-client-0.1.0.tgz"}}');
  expect(written(tarballs, client)).toEqual({
    dependencies: {
      "@annex/app": "file:vendor/annex-app-0.2.0.tgz",
      "@annex/client": "file:vendor/annex-client-0.2.0.tgz",
    },
    devDependencies: {},
  });
  expect(written([])).toEqual({
    dependencies: { "@annex/app": "0.2.0", "@annex/protocol": "0.2.0" },
    devDependencies: { "@annex/client": "0.2.0", vitest: "^4" },
  });
});

test.each([
  ["no package.json", undefined, [], /^There is no package\.json in .*\.\nRun this in your project's folder/],
  ["one that is none", "[]", [], /is not one that npm could read\.\nMend it, and run the command again\.\n$/],
  ["half a one", "{", [], /is not one that npm could read\.\n/],
  [
    "a package that there is not",
    "{}",
    ["express"],
    /Allowed choices are app, .*\.\nSee `annex add --help`\.\n$/,
  ],
])("adding to a project with %s is two lines, and nothing is written", async (_, text, args, said) => {
  const project = mkdtempSync(join(directory, "project-"));
  const packages = mkdtempSync(join(directory, "packages-"));
  if (text !== undefined) writeFileSync(join(project, "package.json"), text);
  // Said of the project, before anything is asked of the packages.
  const { code, errors } = await runAnnex(["add", ...args, "--packages", packages], { directory: project });
  expect(errors).toMatch(said);
  expect(code).not.toBe(0);
  expect(readdirSync(project)).toEqual(text === undefined ? [] : ["package.json"]);
});

test("a package that the template needs and nobody packed is two lines", () => {
  const template = [
    { path: "package.json", text: '{"name": "__NAME__", "dependencies": {"@annex/app": "0.1.0"}}' },
  ];
  const others = [{ name: "@annex/client", file: "/packed/annex-client-0.1.0.tgz", needs: [] }];
  expect(() => planApp(target, template, others)).toThrow(
    expect.objectContaining({
      message: "The package @annex/app is missing.",
      next: expect.stringContaining("npm run pack"),
    }),
  );
});

test.each([
  ["a folder that is not empty", "full", [], /is not empty\.\nName a folder that is new or empty\.\n$/],
  ["a file", "file", [], /is a file\.\nName a folder that is new or empty\.\n$/],
  ["a name npm refuses", "Bad Name", [], /^npm refuses "Bad Name" .*\nName the folder in lower case/],
  ["a folder without packages", "app", ["--packages", "nowhere"], /^There are no packages in .*nowhere\.\n/],
  ["a package that is none", "app", ["--packages", "broken"], /is not a package\.\nWrite the folder anew/],
  [
    "an unknown template",
    "app",
    ["--template", "vue"],
    /Allowed choices are .*minimal.*\.\nSee `annex new --help`\.\n$/,
  ],
])("%s: two lines, and nothing is written", async (_, name, args, said) => {
  mkdirSync(join(directory, "full"), { recursive: true });
  mkdirSync(join(directory, "broken"), { recursive: true });
  writeFileSync(join(directory, "full", "kept"), "");
  writeFileSync(join(directory, "file"), "");
  writeFileSync(join(directory, "broken", "annex-app-0.1.0.tgz"), "no archive");
  const before = readdirSync(directory).sort();
  const { code, errors } = await runAnnex(["new", name, "--yes", ...args], { directory });
  expect(errors).toMatch(said);
  expect(errors.split("\n")).toHaveLength(3);
  expect(code).not.toBe(0);
  expect(readdirSync(directory).sort()).toEqual(before);
  expect(existsSync(join(directory, "full", "kept"))).toBe(true);
  expect(readFileSync(join(directory, "file"), "utf8")).toBe("");
});
