import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "@annex/protocol";
import { expect, onTestFinished, test } from "vitest";
import type { Log } from "./index.ts";
import { openPinoLog } from "./pino-log.ts";

async function written(write: (log: Log) => void): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "annex-log-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "deep", "app.log");
  const { log, close } = openPinoLog("test", file);
  write(log);
  await close();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  return readFileSync(file, "utf8");
}

test("a line is JSON with level, time, app, fields and message", async () => {
  const line = JSON.parse(
    await written((log) => log.with({ installed_app_id: "instapp_1" }).warn("Refused.", { status: 403 })),
  );
  expect(line).toMatchObject({
    level: "warn",
    app: "test",
    installed_app_id: "instapp_1",
    status: 403,
    msg: "Refused.",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
});

test.each([
  ["a Secret", (log: Log) => log.info("x", { key: new Secret("blnk_abc_planted") })],
  ["a Secret deep inside", (log: Log) => log.info("x", { a: [{ b: new Secret("blnk_abc_planted") }] })],
  ["a key in a message", (log: Log) => log.info("The key blnk_abc_planted was refused.")],
  ["a key in a field", (log: Log) => log.info("x", { url: "https://x/?k=blnk_abc_planted" })],
  ["a key in an error", (log: Log) => log.error("x", { error: new Error("no blnk_abc_planted") })],
  [
    "a key in a cause",
    (log: Log) => log.error("x", { error: new Error("no", { cause: new Error("blnk_abc_planted") }) }),
  ],
  [
    "an error's own properties",
    (log: Log) => log.error("x", { error: Object.assign(new Error("no"), { request: "planted" }) }),
  ],
  ["a capability path", (log: Log) => log.info("x", { path: "/cloud/planted/callback" })],
  ["a portal token", (log: Log) => log.info("x", { path: "/portal/enter?token=annexl_planted" })],
  ["a session", (log: Log) => log.info("x", { header: "Bearer annexs_planted" })],
])("%s is not in it", async (_what, write) => {
  expect(await written(write)).not.toContain("planted");
});

test("the prefix of a key is", async () => {
  expect(await written((log) => log.info("x", { key: new Secret("blnk_abc_planted") }))).toContain(
    "blnk_abc…",
  );
});

test("a masked line is still JSON", async () => {
  const line = await written((log) =>
    log.info('say "blnk_abc_planted"', { path: "/cloud/planted/callback" }),
  );
  expect(JSON.parse(line)).toMatchObject({ msg: 'say "blnk_abc…"', path: "/cloud/…/callback" });
});

const throwing = {
  get field(): string {
    throw new Error("a getter's own");
  },
};
const circular = new Error("round");
circular.cause = circular;
const unreadable = new Proxy(new Error("no"), {
  get: () => {
    throw new Error("a trap's own");
  },
});

test.each([
  ["a getter that throws", (log: Log) => log.info("Said.", throwing)],
  ["such a getter in a child's fields", (log: Log) => log.with(throwing).info("Said.")],
  ["an error whose causes go round", (log: Log) => log.error("Said.", { error: circular })],
  ["an error that cannot be read", (log: Log) => log.error("Said.", { error: unreadable })],
  ["an object without a text", (log: Log) => log.error("Said.", { error: Object.create(null) })],
  ["a big integer", (log: Log) => log.info("Said.", { minor: 5n })],
])("%s costs no line", async (_what, write) => {
  expect(JSON.parse(await written(write))).toMatchObject({ msg: "Said." });
});

test("a file that cannot be opened is refused by the variable's name", () => {
  expect(() => openPinoLog("test", "/dev/null/app.log")).toThrow(/^ANNEX_LOG must be a file/);
});
