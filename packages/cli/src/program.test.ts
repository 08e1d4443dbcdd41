/** The frame of the command: what every command has in common, from outside. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { createProgram } from "./program.ts";
import { runAnnex, startAnnex } from "./testing/run-annex.ts";

let directory: string;

// Each of these starts a ledger of its own, in a process of its own.
vi.setConfig({ testTimeout: 90_000 });

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "annex-cli-"));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("the version is a number alone, from any folder", async () => {
  const { code, output } = await runAnnex(["--version"], { directory });
  expect([code, output]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
});

test("the help names every command", async () => {
  const { code, output } = await runAnnex(["--help"]);
  expect(code).toBe(0);
  for (const name of ["dev", "cloud", "ledger", "install", "uninstall", "launch", "deliveries", "logs"])
    expect(output).toContain(`  ${name} `);
});

test.each([
  [["help"], "annex"],
  [["help", "dev"], "annex dev"],
  [["help", "app", "register"], "annex app register"],
])("the help of a command is asked for by its words: %j", async (args, name) => {
  const { code, output } = await endedHere(args);
  expect([code, output]).toEqual([0, expect.stringMatching(new RegExp(`^Usage: ${name} `))]);
});

/** The words of each command that does something, such as `["faults", "set"]`. */
function wordsOf(command: Command, before: readonly string[] = []): readonly (readonly string[])[] {
  return command.commands.flatMap((child) => {
    const words = [...before, child.name()];
    const further = wordsOf(child, words);
    return further.length === 0 ? [words] : further;
  });
}

test("every command is run by a test", () => {
  const folders = [import.meta.dirname, join(import.meta.dirname, "../../../tests")];
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(folder, file)),
  );
  const tests = files
    .filter((file) => /\.test\.ts$|[\\/]tests[\\/]/.test(file))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  const all = wordsOf(createProgram());
  expect(all.length).toBeGreaterThan(30);
  const untried = all.filter(
    (words) => !new RegExp(`[(\\[,]\\s*${words.map((word) => `"${word}"`).join(",\\s*")}`).test(tests),
  );
  expect(untried).toEqual([]);
});

test.each([
  [["devv"], "Unknown command 'devv'. Did you mean dev?", "See `annex --help`."],
  [["dev", "--prot", "1"], "Unknown option '--prot'. Did you mean --port?", "See `annex dev --help`."],
  [
    ["cloud", "--port", "1", "--port", "2"],
    "Option '--port <number>' is given more than once.",
    "See `annex cloud --help`.",
  ],
  [
    ["faults", "sett"],
    "Unknown command 'sett'. There are list, set and clear.",
    "See `annex faults --help`.",
  ],
  [["help", "devv"], "Unknown command 'devv'. Did you mean dev?", "See `annex --help`."],
  [
    ["help", "app", "regster"],
    "Unknown command 'regster'. Did you mean register?",
    "See `annex app --help`.",
  ],
  [["help", "cloud", "exprt"], "Unknown command 'exprt'. Did you mean export?", "See `annex cloud --help`."],
  [["help", "cloud", "--", "--fresh"], "Unknown command '--fresh'.", "See `annex cloud --help`."],
  [["help", "faults", "sett"], "Unknown command 'sett'. Did you mean set?", "See `annex faults --help`."],
  [["help", "dev", "me"], "'dev' has no command 'me'.", "See `annex dev --help`."],
  [["faults", "set"], "Missing required argument 'fault'.", "See `annex faults set --help`."],
  [["install", "app"], "Missing required argument 'instance'.", "See `annex install --help`."],
  [
    ["check", "--callback", "http://localhost:1/"],
    "Of the app's two URLs --portal is missing.",
    "Give both. Without either, the app of this folder is checked.",
  ],
  [
    ["check", "--link-ttl", "5"],
    "--link-ttl is for an app that is given by its two URLs.",
    "Give --callback and --portal, or leave it out to check the app of this folder.",
  ],
  [["check", "--fats"], "Unknown option '--fats'. Did you mean --fast?", "See `annex check --help`."],
  [
    ["cloud", "--port", "99999"],
    "Option '--port <number>' argument '99999' is invalid. A port is a number from 0 to 65535; 0 takes a free one.",
    "See `annex cloud --help`.",
  ],
  [
    ["cloud", "--data", ""],
    "Option '--data <directory>' is empty, as where a variable is not set.",
    "See `annex cloud --help`.",
  ],
  [
    ["installations", "--run-file", " "],
    "Option '--run-file <file>' is empty, as where a variable is not set.",
    "See `annex installations --help`.",
  ],
  [
    ["deliveries", "--installation", ""],
    "Option '--installation <id>' is empty, as where a variable is not set.",
    "See `annex deliveries --help`.",
  ],
  [
    ["install", "app", "here", "--grant", ""],
    "Option '--grant <scopes>' is empty, as where a variable is not set.",
    "See `annex install --help`.",
  ],
  [
    ["install", "app", "here", "--grant", ","],
    "Option '--grant <scopes>' argument ',' is invalid. A part of it is empty, as where a variable is not set.",
    "See `annex install --help`.",
  ],
  [
    ["install", "app", "here", "--grant", "data:read,"],
    "Option '--grant <scopes>' argument 'data:read,' is invalid. A part of it is empty, as where a variable is not set.",
    "See `annex install --help`.",
  ],
  [
    ["faults", "clear", ""],
    "'id' is empty, as where a variable is not set.",
    "See `annex faults clear --help`.",
  ],
  [
    ["cloud", "export", " "],
    "'file' is empty, as where a variable is not set.",
    "See `annex cloud export --help`.",
  ],
  [
    ["deliveries", "--last", "201"],
    "Option '--last <count>' argument '201' is invalid. Give a whole number from 1 to 200.",
    "See `annex deliveries --help`.",
  ],
  [
    ["redeliver", "dlv_1", "--times", "1001"],
    "Option '--times <count>' argument '1001' is invalid. Give a whole number from 1 to 1000.",
    "See `annex redeliver --help`.",
  ],
])("wrong usage is two lines and code 2: %j", async (args, what, next) => {
  const { code, output, errors } = await (inOwnProcess.has(args[0] ?? "") ? runAnnex(args) : endedHere(args));
  expect([code, output, errors]).toEqual([2, "", `${what}\n${next}\n`]);
});

/** What a command refuses by itself is told by its process; and one of the others, in proof that they are too. */
const inOwnProcess = new Set(["check", "devv"]);

/** How the command ends in this process, where it ends by what it was told. */
async function endedHere(args: readonly string[]) {
  const said = { output: "", errors: "" };
  const ended = Promise.withResolvers<number>();
  const keep = (name: keyof typeof said) => (text: unknown) => {
    said[name] += String(text);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation(keep("output")),
    vi.spyOn(process.stderr, "write").mockImplementation(keep("errors")),
    vi.spyOn(process, "exit").mockImplementation((code) => {
      ended.resolve(Number(code));
      throw new Error("The process has ended.");
    }),
  ];
  try {
    const read = createProgram().parseAsync(args, { from: "user" });
    return { code: await Promise.race([ended.promise, read.then(() => 0)]), ...said };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

test("a port in use is two lines", async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void holder.close());
  const { port } = holder.address() as AddressInfo;
  const home = join(directory, "taken");
  const { code, errors } = await runAnnex(["ledger", "--port", String(port), "--data", home]);
  expect([code, errors]).toEqual([
    1,
    `Port ${port} is in use.\nStop what uses it, or take another one (--port N; 0 takes a free one).\n`,
  ]);
});

test("a file where the data folder should be is two lines", async () => {
  const file = join(directory, "file");
  writeFileSync(file, "");
  for (const name of ["cloud", "ledger"]) {
    const { code, errors } = await runAnnex([name, "--port", "0", "--data", file]);
    expect([code, errors]).toEqual([
      1,
      `${file} is a file, where a folder is wanted.\nName another folder.\n`,
    ]);
  }
});

test("a folder in use is two lines, and the one who has it goes on", async () => {
  const home = join(directory, "ledger-in-use");
  const ledger = await startAnnex(["ledger", "--port", "0", "--data", home]);
  const { code, errors } = await runAnnex(["ledger", "--port", "0", "--data", home]);
  expect(code).toBe(1);
  expect(errors).toMatch(
    /^The ledger's folder .* is in use by another process\.\nStop it first, or name another folder with --data\.\n$/,
  );
  expect((await ledger.stop()).code).toBe(0);
});

// Through npm a single Ctrl-C arrives several times: from the terminal, from npm, from the script in between.
test("one Ctrl-C is one, in however many copies it comes", async () => {
  const ledger = await startAnnex(["ledger", "--port", "0", "--data", join(directory, "stopped")]);
  for (let copy = 0; copy < 4; copy += 1) {
    ledger.process.kill("SIGINT");
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { code, errors } = await ledger.ended;
  expect([code, errors]).toEqual([0, ""]);
});

// npm told to stop ends only the shell that it runs a script in; what the shell had started went on and kept its port.
test.skipIf(process.platform === "win32").each([
  ["in a clone", "../bin/annex.mjs"],
  ["as it is installed", "./main.ts"],
])("it ends with the npm that runs it: %s", async (_where, file) => {
  const command = fileURLToPath(new URL(file, import.meta.url));
  const line = `"${process.execPath}" "${command}" ledger --port 0 --data "${join(directory, "orphaned")}"; true`;
  const shell = spawn("/bin/sh", ["-c", line], {
    env: { ...process.env, NODE_ENV: "", npm_lifecycle_event: "dev" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  // The output ends when the last of those who can write to it has ended.
  for await (const text of createInterface({ input: shell.stdout }))
    if (text.startsWith("ready ")) shell.kill("SIGTERM");
  expect(shell.signalCode).toBe("SIGTERM");
});
