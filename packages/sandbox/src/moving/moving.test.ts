/** A Cloud's state as a file and back: everything is there, and nothing that opens anything. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CloudNotMoved, exportCloud, importCloud } from "../index.ts";
import { capability, startTestApp, type TestApp } from "../testing/test-app.ts";
import { startTestCloud, type TestCloud, testOrganization } from "../testing/test-cloud.ts";

let before: TestCloud;
let app: TestApp;
let key: string;
let target: string;
let exported: number;
const strayKey = `blnk_${"fedcba9876543210".repeat(4)}`;
const lines: string[] = [];
const written = () => lines.join("");
async function* read(text: string) {
  yield* text.trimEnd().split("\n");
}

beforeAll(async () => {
  target = mkdtempSync(join(tmpdir(), "annex-moved-"));
  app = await startTestApp();
  before = await startTestCloud({ seed: [testOrganization] });
  const { app_id } = await before.registerApp({ manifest: app.manifest(), url: app.url });
  const [instance] = before.instanceIds;
  await before.admin("POST", "/admin/installations", { app_id, instance_id: instance });
  key = String(app.received[0]?.body["api_key"]);
  await before.api(key, "POST", `/proxy/ledgers?instance_id=${instance}`, { name: "Moved" });
  await before.admin("POST", "/admin/faults", {
    fault: "delivery-field",
    field: "api_key",
    value: strayKey,
    times: 1,
  });
  await before.admin("POST", "/admin/faults", { fault: "gateway-401", times: 3 });
  await before.admin("PATCH", "/admin/settings", { edition: "later" });
  await before.close();
  exported = await exportCloud(before.directory, async (text) => lines.push(text));
  // Two embedded ledgers are opened, one after the other.
}, 240_000);
afterAll(async () => {
  await app.close();
  rmSync(before.directory, { recursive: true, force: true });
  rmSync(target, { recursive: true, force: true });
});

test("holds no key, password, second factor or secret URL", () => {
  const secrets = [key, capability, ...before.members.flatMap((one) => [one.password, one.totp_secret])];
  for (const secret of secrets) expect(written()).not.toContain(secret);
  expect(written()).toContain("blnk_");
});

test("is a Cloud again elsewhere, ledger and logs and all, with new secrets", {
  timeout: 240_000,
}, async () => {
  expect(await importCloud(target, read(written()))).toBe(exported);
  const after = await startTestCloud({}, target);
  const state = (await after.admin("GET", "/admin/state")).body;
  expect(state["installations"]).toMatchObject([{ status: "active", api_key_prefix: key.slice(0, 8) }]);
  expect((await after.admin("GET", "/admin/settings")).body["edition"]).toBe("later");
  expect(after.faults.list()).toMatchObject([
    { fault: "gateway-401", times: 3, struck: 0 },
    { fault: "delivery-field", times: 1, struck: 0 },
  ]);
  const audit = await after.admin("GET", "/admin/audit?category=Ledgers");
  expect(audit.body["data"]).toMatchObject([{ path: "/proxy/ledgers", status: 201 }]);
  expect((await after.admin("GET", "/admin/deliveries")).body["total"]).toBe(1);
  const [instance] = after.instanceIds;
  expect((await after.api(key, "GET", `/data/ledgers?instance_id=${instance}`)).status).toBe(401);
  expect(after.members[0]?.password).not.toBe(before.members[0]?.password);
  // Its URLs are known but not their secret; with new ones it is installed again, and finds the books.
  const { registration_callback_url, portal_generator_url } = app.manifest();
  const urls = { registration_callback_url, portal_generator_url };
  const [{ app_id, installed_app_id }] = state["installations"] as unknown as [Record<string, string>];
  await after.admin("PATCH", `/admin/apps/${app_id}`, { manifest: urls });
  await after.faults.clear();
  expect((await after.admin("DELETE", `/admin/installations/${installed_app_id}`)).status).toBe(200);
  await after.admin("POST", "/admin/installations", { app_id, instance_id: instance });
  const newKey = String(app.received.at(-1)?.body["api_key"]);
  const books = await after.api(newKey, "GET", `/data/ledgers?instance_id=${instance}&name_eq=Moved`);
  expect(books.body["total"]).toBe(1);
  await after.close();
});

test("holds no key that somebody wrote into a fault's value", () => {
  expect(written()).toContain("delivery-field");
  expect(written()).not.toContain(strayKey);
});

describe("a file that is not as it was written", () => {
  const all = () => written().trimEnd().split("\n");
  /** Another line before a place; the last one says so. */
  const withLine = (place: number, line: string) => [
    ...all().slice(0, -1).toSpliced(place, 0, line),
    JSON.stringify({ end: all().length - 1 }),
  ];
  const instance = () => all().find((line) => line.includes('"table":"instances"')) ?? "";
  const outside = "../../../../outside";
  test.each<readonly [string, () => readonly string[]]>([
    ["ends too early", () => all().slice(0, -1)],
    ["lacks a line in the middle", () => all().toSpliced(5, 1)],
    ["goes on behind its end", () => [...all(), instance()]],
    ["has a line that is no object", () => withLine(1, "5")],
    ["has a line that is nothing", () => withLine(1, "null")],
    ["has a row that is a list", () => withLine(1, '{"table":"settings","row":[]}')],
    ["has a row with a column that is none", () => withLine(1, '{"table":"settings","row":{"a":1}}')],
    ["has a row that lacks a value", () => withLine(1, '{"table":"settings","row":{"name":"x"}}')],
    ["has a value that is an object", () => withLine(1, '{"table":"settings","row":{"name":{}}}')],
    ["has a row twice", () => withLine(1, all()[1] ?? "")],
    [
      "leads out of the folder by its books",
      () => withLine(2, JSON.stringify({ books: outside, line: "x" })),
    ],
    ["leads out of the folder by an instance", () => withLine(3, instance().replace(/inst_[\w-]+/, outside))],
    ["has books that are none", () => [all()[0] ?? "", '{"books":"inst_x","line":"x"}', '{"end":1}']],
    [
      "is cut off in a line",
      () =>
        all()
          .slice(0, 5)
          .with(4, all()[4]?.slice(0, 20) ?? ""),
    ],
  ])("and %s, is refused whole", async (_name, lines) => {
    const folder = mkdtempSync(join(tmpdir(), "annex-odd-"));
    const data = join(folder, "a", "b", "c");
    const failure = await importCloud(data, read(lines().join("\n"))).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(["CloudNotMoved", "BooksNotMoved"]).toContain((failure as Error).name);
    expect(readdirSync(folder)).toEqual(["a"]);
    expect(readdirSync(data).filter((name) => !name.startsWith("annex.lock"))).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

test("one that is cut off in a line says which", async () => {
  const folder = mkdtempSync(join(tmpdir(), "annex-cut-"));
  const lines = written().split("\n").slice(0, 3).join("\n").slice(0, -10);
  await expect(importCloud(folder, read(lines))).rejects.toThrow(
    "Line 3 of the file cannot be read: it was cut off, or changed.",
  );
  rmSync(folder, { recursive: true });
});

test("one of before there was a last line is read", async () => {
  const old = written()
    .trimEnd()
    .split("\n")
    .slice(0, -1)
    .filter((line) => !line.startsWith('{"books"'))
    .join("\n")
    .replace('"version":2', '"version":1');
  const folder = mkdtempSync(join(tmpdir(), "annex-old-"));
  expect(await importCloud(folder, read(old))).toBeGreaterThan(10);
  rmSync(folder, { recursive: true });
});

test("goes into an empty folder only, and leaves it empty when the file is none", async () => {
  await expect(importCloud(target, read(written()))).rejects.toThrow(CloudNotMoved);
  const empty = mkdtempSync(join(tmpdir(), "annex-empty-"));
  for (const text of ["", "no json", '{"format":"other"}', `${lines[0] ?? ""}{"table":"sessions","row":{}}`])
    await expect(importCloud(empty, read(text)), text).rejects.toThrow(CloudNotMoved);
  const left = readdirSync(empty).filter((name) => !name.startsWith("annex.lock"));
  expect(left).toEqual([]);
  expect(statSync(empty).isDirectory()).toBe(true);
  await expect(exportCloud(empty, async () => undefined)).rejects.toThrow(CloudNotMoved);
  expect(readFileSync(join(target, "state.db")).length).toBeGreaterThan(0);
  rmSync(empty, { recursive: true });
});
