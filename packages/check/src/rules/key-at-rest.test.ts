import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { smallApp } from "../../test/small-app.ts";
import { NotTested } from "../evidence/index.ts";
import keyAtRest from "./key-at-rest.ts";

/** An app that takes so many installs and stores what it is told to. */
async function storing(installs: number, stored: (key: string) => string) {
  const directory = mkdtempSync(join(tmpdir(), "annex-key-at-rest-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const world = await smallApp({ installs }, { database: directory });
  writeFileSync(join(directory, "app.json"), stored(world.tenant().key));
  return world;
}

test("a key in plain text is found though the app takes no install any more", async () => {
  const found = { verdict: "fail", evidence: expect.stringContaining("holds an API key (plain)") };
  expect(await keyAtRest.check(await storing(0, (key) => key))).toMatchObject(found);
});

test("where none is found, an app that takes no install is not said to seal its keys", async () => {
  await expect(keyAtRest.check(await storing(0, () => "sealed"))).rejects.toThrow(NotTested);
  await expect(keyAtRest.check(await storing(2, () => "sealed"))).rejects.toThrow(NotTested);
});
