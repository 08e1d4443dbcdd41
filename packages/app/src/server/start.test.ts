import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ended, launchProcess, start, temporaryDirectory } from "../../test/process.ts";

/** A port that another program listens on. */
async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function below(directory: string) {
  mkdirSync(join(directory, "a-directory"));
  writeFileSync(join(directory, "notes.txt"), "This is a text, and no database at all.\n".repeat(200));
  return (name: string) => join(directory, name);
}

type Start = (file: (name: string) => string) => Readonly<Record<string, string>>;

// Each of these ended in a raw stack that named no variable.
test.each<[what: string, variable: string, variables: Start]>([
  ["a key ring that is none", "ANNEX_KEY_RING", () => ({ ANNEX_KEY_RING: "nonsense" })],
  ["a negative port", "PORT", () => ({ PORT: "-1" })],
  ["no address in production", "ANNEX_PUBLIC_URL", () => ({ NODE_ENV: "production" })],
  ["a near miss of production", "NODE_ENV", () => ({ NODE_ENV: "prod" })],
  ["a directory for a database", "ANNEX_DATABASE", (file) => ({ ANNEX_DATABASE: file("a-directory") })],
  ["a device for a database", "ANNEX_DATABASE", () => ({ ANNEX_DATABASE: "/dev/null" })],
  ["a text for a database", "ANNEX_DATABASE", (file) => ({ ANNEX_DATABASE: file("notes.txt") })],
  ["a database below a file", "ANNEX_DATABASE", (file) => ({ ANNEX_DATABASE: file("notes.txt/app.db") })],
  // Node tries for ever to make a directory there.
  [
    "a database where no directory can be made",
    "ANNEX_DATABASE",
    () => ({ ANNEX_DATABASE: "/proc/annex/a.db" }),
  ],
  ["a log where no directory can be made", "ANNEX_LOG", () => ({ ANNEX_LOG: "/proc/annex/a.log" })],
  ["a host that is no address here", "host", () => ({ TEST_HOST: "203.0.113.1" })],
  ["a directory for a log", "ANNEX_LOG", (file) => ({ ANNEX_LOG: file("a-directory") })],
  ["a log below a file", "ANNEX_LOG", (file) => ({ ANNEX_LOG: file("notes.txt/app.log") })],
  [
    "embedding in production",
    "ANNEX_EMBED_ORIGINS",
    () => ({
      NODE_ENV: "production",
      ANNEX_PUBLIC_URL: "https://app.example.com",
      ANNEX_EMBED_ORIGINS: "http://localhost:1",
    }),
  ],
])("%s: two lines, the variable and what it wants", async (_what, variable, variables) => {
  const directory = temporaryDirectory();
  const { code, errors } = await ended(launchProcess(directory, variables(below(directory))));
  expect(code).toBe(1);
  expect(errors).toMatch(new RegExp(`^test-app cannot start: .+\\.\\n${variable} must .+\\.\\n$`));
});

test.each([
  ["notes.txt", "the database is a file of another kind"],
  ["a-directory", "the database is a folder"],
  ["a-directory/", "the database is a folder"],
  ["new/", "the database is named as a folder is"],
])("what is no database, such as %s, is left as it was, with nothing beside it", async (name, problem) => {
  const directory = temporaryDirectory();
  const path = below(directory)(name);
  const modes = () =>
    readdirSync(directory, { recursive: true })
      .map(String)
      .filter((each) => /^(?:notes|a-directory|new)/.test(each))
      .map((each) => [each, statSync(join(directory, each)).mode]);
  const before = modes();
  const { code, errors } = await ended(
    launchProcess(directory, { ANNEX_DATABASE: path, ANNEX_KEY_RING: "" }),
  );
  expect([code, errors]).toEqual([1, expect.stringContaining(problem)]);
  expect(modes()).toEqual(before);
});

test("a port in use is said to be", async () => {
  const port = await takenPort();
  const { code, errors } = await ended(launchProcess(temporaryDirectory(), { PORT: String(port) }));
  expect(code).toBe(1);
  expect(errors).toBe(
    `test-app cannot start: another program listens on port ${port}.\nPORT must be a free port, or 0 for any.\n`,
  );
});

test("an app listens on the address it is given, and on no other", async () => {
  const app = await start(temporaryDirectory(), { TEST_HOST: "127.0.0.1" });
  expect(app.url).toBe(`http://127.0.0.1:${app.port}`);
  expect((await fetch(`${app.url}/health`)).status).toBe(200);
  await expect.poll(async () => (await fetch(`${app.url}/ready`)).status, { timeout: 20_000 }).toBe(200);
  await expect(fetch(`http://127.0.0.2:${app.port}/health`)).rejects.toThrow("fetch failed");
});
