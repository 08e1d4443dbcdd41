#!/usr/bin/env node
/**
 * Starts the `annex` command from anywhere, on any Node from 20. In a clone it hands
 * over to the clone's own Node, which runs the sources as they are; as an installed
 * package it needs a Node that is new enough, and says so where it is not. Plain
 * JavaScript without dependencies, because it runs first.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const source = new URL("../src/main.ts", import.meta.url);
const oldestNode = [22, 18];

if (existsSync(source)) await runFromClone();
else if (isNewEnough(process.versions.node)) await import("../dist/main.js");
else refuseNode();

async function runFromClone() {
  const { runInClone } = await import("../../../scripts/run-in-clone.mjs");
  process.exit(await runInClone(fileURLToPath(source), process.argv.slice(2)));
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}

function refuseNode() {
  console.error(
    `Annex needs Node ${oldestNode.join(".")} or newer, and this is Node ${process.versions.node} (${process.execPath}): install a newer one, then run the same command again.`,
  );
  process.exit(1);
}
