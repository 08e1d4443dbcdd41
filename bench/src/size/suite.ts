/**
 * What a minimal app brings along: on the disk after an install, and into memory until it answers; against what a team
 * would take to write one by hand. Both are installed from the registry's cache into empty folders, once: sizes do not
 * differ from round to round.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { SuiteOptions } from "../options.ts";
import type { Row } from "../report.ts";

const root = resolve(import.meta.dirname, "../../..");
const packed = join(root, "dist", "packages");

type Candidate = {
  readonly dependencies: Readonly<Record<string, string>>;
  /** Starts, answers `GET /health`, says the memory it has, and ends. */
  readonly source: string;
};

/** With what every app needs: a server, a database on a file and one on a server, a validator, a log. */
const byHand: Candidate = {
  dependencies: { express: "5.3.0", pg: "8.23.1", pino: "10.4.0", zod: "4.6.7" },
  source: `
    import { DatabaseSync } from "node:sqlite";
    import express from "express";
    import pino from "pino";
    import { z } from "zod";
    const database = new DatabaseSync("app.db");
    database.exec("CREATE TABLE IF NOT EXISTS installations (id TEXT PRIMARY KEY)");
    const log = pino({ level: "warn" });
    const event = z.object({ installed_app_id: z.string() });
    const server = express().use(express.json());
    server.get("/health", (_request, response) => response.json({}));
    server.post("/callback", (request, response) => response.json(event.parse(request.body)));
    const listening = server.listen(0, async () => {
      log.debug("up");
      await fetch("http://localhost:" + listening.address().port + "/health");
      console.log("memory " + process.memoryUsage().rss);
      process.exit(0);
    });
  `,
};

function withAnnex(): Candidate {
  const ours = readdirSync(packed).filter((file) => /^annex-(app|client|protocol)-/.test(file));
  const named = ours.map((file) => [
    file.replace(/^annex-(\w+)-.*$/, "@annex/$1"),
    `file:${join(packed, file)}`,
  ]);
  return {
    dependencies: Object.fromEntries(named) as Record<string, string>,
    source: `
      import { createApp, serve } from "@annex/app";
      const app = createApp({
        name: "small",
        manifest: { name: "Small", description: "Is small.", developer: "Acme", logoUrl: "", permissions: [] },
        permissionPurposes: {},
      });
      const { url } = await serve(app, { port: 0 });
      await fetch(url + "/health");
      console.log("memory " + process.memoryUsage().rss);
      process.exit(0);
    `,
  };
}

const megabyte = 1024 * 1024;

export async function runSizeSuite({ rounds }: SuiteOptions): Promise<readonly Row[]> {
  run("npm", ["run", "--silent", "pack"], root);
  const folders = [install(withAnnex()), install(byHand)] as const;
  try {
    const [ours, theirs] = folders.map(bytesBelow) as [number, number];
    const memories = Array.from({ length: rounds }, () => folders.map(memoryOf) as [number, number]);
    return [
      {
        what: "a minimal app, installed",
        against: "Express, pg, pino, zod",
        ratios: [ours / theirs],
        target: { atMost: 1.5 },
        floor: { atMost: 2 },
        ours: [ours / megabyte],
        unit: "MB",
      },
      {
        what: "a minimal app, in memory when it answers",
        against: "Express, pg, pino, zod",
        ratios: memories.map(([one, other]) => one / other),
        target: { atMost: 1 },
        floor: { atMost: 1.3 },
        ours: memories.map(([one]) => one / megabyte),
        unit: "MB",
      },
    ];
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

function install({ dependencies, source }: Candidate): string {
  const folder = mkdtempSync(join(tmpdir(), "annex-size-"));
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ private: true, type: "module", dependencies }),
  );
  writeFileSync(join(folder, "app.mjs"), source);
  run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"], folder);
  return folder;
}

function bytesBelow(folder: string): number {
  return readdirSync(join(folder, "node_modules"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function memoryOf(folder: string): number {
  const said = run(process.execPath, ["app.mjs"], folder);
  return Number(/memory (\d+)/.exec(said)?.[1]);
}

function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, NODE_ENV: "development" },
  });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}
