/**
 * The packages as users get them: tarballs in an empty folder outside the repository, on the oldest Node that is
 * promised. What the templates need is installed beside them in one go, since each install takes longer than to try
 * them; that no package lives on what only a template brings is seen in what each declares.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseSync } from "oxc-parser";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readyUrl } from "./support/ready-url.ts";
import { installTarballs, nodeOf, packTarballs, run } from "./support/tarballs.ts";
import { dependenciesOfTemplates, expectTemplates } from "./support/templates.ts";
import { prepareEnvironment } from "./support/written-apps.ts";

const root = resolve(import.meta.dirname, "..");
let directory: string;

vi.setConfig({ testTimeout: 120_000, hookTimeout: 900_000 });

beforeAll(() => {
  packTarballs();
  directory = installTarballs(dependenciesOfTemplates());
  prepareEnvironment(nodeOf(directory));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Each public package's entries as users import them. */
function entries(): readonly string[] {
  const home = join(directory, "node_modules", "@annex");
  return readdirSync(home).flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(join(home, folder, "package.json"), "utf8")) as {
      exports: Record<string, unknown>;
    };
    const paths = Object.keys(manifest.exports).filter((path) => !/\.(json|css)$/.test(path));
    return paths.map((path) => `@annex/${folder}${path.slice(1)}`);
  });
}

test("nothing but what users need is in a package", () => {
  for (const folder of readdirSync(join(directory, "node_modules", "@annex"))) {
    const files = readdirSync(join(directory, "node_modules", "@annex", folder), { recursive: true }).map(
      String,
    );
    // What `annex new` writes is meant to be sources, with a test of their own.
    const own = files.filter((file) => !file.startsWith("templates/"));
    expect(own.filter((file) => /\.test\.|testing\/|kill-child|(?<!\.d)\.tsx?$/.test(file))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(["README.md", "LICENSE", "package.json"]));
  }
  // The guide's pipeline uses it from there.
  expect(existsSync(join(directory, "node_modules", "@annex", "check", "action.yml"))).toBe(true);
});

test("what a package imports, it declares", () => {
  const home = join(directory, "node_modules", "@annex");
  const packages = readdirSync(home);
  const undeclared = packages.flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(join(home, folder, "package.json"), "utf8")) as Manifest;
    const declared = new Set([
      manifest.name,
      ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
    ]);
    const imported = modulesOf(join(home, folder, "dist")).flatMap(packagesImportedBy);
    return [...new Set(imported)]
      .filter((name) => !declared.has(name))
      .map((name) => `${folder} imports ${name}`);
  });
  expect(packages).toContain("app");
  expect(undeclared).toEqual([]);
});

type Manifest = {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
};

/** Its JavaScript; what a browser is given whole is no module of anybody's. */
function modulesOf(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true }).map(String);
  return files.filter((file) => file.endsWith(".js")).map((file) => join(folder, file));
}

/** The names of the packages that a module imports, at its start or later. */
function packagesImportedBy(file: string): readonly string[] {
  const text = readFileSync(file, "utf8");
  const { staticImports, staticExports, dynamicImports } = parseSync(file, text).module;
  const later = dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start, end));
  const specifiers = [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest?.value ?? "")),
    ...later.map((words) => /^"([^"]+)"$/.exec(words)?.[1] ?? ""),
  ];
  return specifiers
    .map((words) => /^(?!node:)(@[^/]+\/[^/]+|[^./@][^/]*)/.exec(words)?.[0] ?? "")
    .filter(Boolean);
}

test.concurrent.each([
  ["node16", "Node16"],
  ["bundler", "ESNext"],
])("the types of every entry resolve under %s", async (moduleResolution, module) => {
  const folder = join(directory, `types-${moduleResolution}`);
  mkdirSync(folder);
  const imports = entries().map((entry, index) => `export * as entry${index} from "${entry}";`);
  writeFileSync(join(folder, "index.ts"), imports.join("\n"));
  // Right programs that are refused, or wrong ones that are not, as the sources are held against.
  for (const name of ["app", "client"]) {
    const source = readFileSync(join(root, "packages", name, "test", "programs.ts"), "utf8");
    writeFileSync(join(folder, `${name}-programs.ts`), source.replace("../src/index.ts", `@annex/${name}`));
  }
  const compilerOptions = {
    module,
    moduleResolution,
    target: "ES2024",
    lib: ["ESNext", "DOM", "DOM.Iterable"],
    types: ["node"],
    jsx: "react-jsx",
    strict: true,
    noEmit: true,
    // What is wrong inside a declaration is wrong whichever way it was found: looked at by the stricter of the two.
    skipLibCheck: moduleResolution === "bundler",
    // The language's and the browser's own, which are large, are nobody's to mend here.
    skipDefaultLibCheck: true,
    noUncheckedSideEffectImports: false,
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions, files: ["index.ts", "app-programs.ts", "client-programs.ts"] }),
  );
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  // Each checker works out the same types anew: one for each of the two is half the work.
  const stdout = await outputOf(process.execPath, [compiler, "-p", folder, "--checkers", "1"], folder);
  // Mantine's declarations have a quarrel of their own with node16; ours must have none.
  const ours = stdout
    .split("\n")
    .filter((line) => /^(index|app-programs|client-programs)\.ts/.test(line) || line.includes("@annex/"));
  expect(ours).toEqual([]);
});

// Beside the compilers, since each waits for its processes in turn.
test.concurrent(
  "each template but the usual one passes its tests and its check, and all run beside one Cloud",
  () => expectTemplates(directory),
  600_000,
);

/** What a program says until it ends, whatever its code: the compiler's is 2 for others' mistakes too. */
function outputOf(program: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0 || code === 1 || code === 2) resolve(said);
      else reject(new Error(`${program} ended with ${code}: ${said}`));
    });
  });
}

test("no browser comes along with the command: it is large, and most machines have one", () => {
  expect(existsSync(join(directory, "node_modules", "@sparticuz"))).toBe(false);
});

test("every entry for servers loads on the oldest Node", () => {
  // Nobody imports a thread: it is started with what it is to work on.
  const server = entries().filter((entry) => !/portal|\/ui|end-with-parent|cloud-thread/.test(entry));
  const script = `for (const entry of ${JSON.stringify(server)}) await import(entry);`;
  run(nodeOf(directory), ["--input-type=module", "--eval", script], directory);
});

test("the command says its version", () => {
  expect(run(nodeOf(directory), [command(), "--version"], directory)).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("on a Node that is too old the command says so in one sentence, with what to do", () => {
  const pretend = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } })`;
  const args = ["--import", `data:text/javascript,${encodeURIComponent(pretend)}`, command(), "dev"];
  const { status, stderr } = spawnSync(nodeOf(directory), args, { cwd: directory, encoding: "utf8" });
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(
      /^Annex needs Node 22\.18 or newer, and this is Node 20\.20\.2 .*install a newer one.*\n$/,
    ),
  ]);
});

function command(): string {
  return join(directory, "node_modules", "@annex", "cli", "bin", "annex.mjs");
}

test("an app starts, answers and ends", async () => {
  const example = /```ts\n(import \{ createApp.*?)```/s.exec(
    readFileSync(join(directory, "node_modules", "@annex", "app", "README.md"), "utf8"),
  )?.[1];
  writeFileSync(join(directory, "app.ts"), example ?? "");
  const app = spawn(nodeOf(directory), ["app.ts"], {
    cwd: directory,
    env: { ...process.env, PORT: "0", NODE_ENV: "development" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((done) => app.once("exit", done));
  const url = await readyUrl(app);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  app.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(existsSync(join(directory, "data", "hello.db"))).toBe(true);
});
