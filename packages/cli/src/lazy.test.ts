/** A command loads what it needs when it runs: help and wrong usage wait for no engine, no checker, no validator. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

/** Prints the packages that a process has loaded when it ends. */
const observer = `
  import { registerHooks } from "node:module";
  const loaded = new Set();
  registerHooks({ load: (url, context, next) => {
    const path = /\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1] ?? /\\/packages\\/([^/]+)/.exec(url)?.[1];
    if (path !== undefined) loaded.add(path);
    return next(url, context);
  } });
  process.on("exit", () => console.error(JSON.stringify([...loaded])));
`;

test("the help loads the command alone, its parser and the words of the contract", () => {
  const args = ["--import", `data:text/javascript,${encodeURIComponent(observer)}`, main, "--help"];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect([status, stdout]).toEqual([0, expect.stringContaining("annex")]);
  const loaded = JSON.parse(stderr.trim().split("\n").at(-1) ?? "[]") as readonly string[];
  expect(loaded.toSorted()).toEqual(["cli", "commander", "protocol", "validate-npm-package-name"]);
});
