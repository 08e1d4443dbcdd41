/**
 * A process for the table of kills: an app that does every write of the client in one place. Started as
 * `node effects-child.ts <database> <Cloud's URL> <place> <port file>`; the grounds are in `EFFECTS_GROUNDS`.
 */
import { writeFileSync } from "node:fs";
import { createApp, serve } from "@annex/app";
import type { CloudClient } from "@annex/client";
import { type Ground, rows } from "./writes.ts";

const [, , database = "", cloudUrl = "", place = "", report = ""] = process.argv;
const given = JSON.parse(process.env["EFFECTS_GROUNDS"] ?? "[]") as readonly {
  readonly ground: Omit<Ground, "cloud">;
  readonly prepared: string;
}[];

const app = createApp({
  name: "effects-child",
  manifest: {
    name: "Effects",
    description: "It is killed.",
    developer: "Annex",
    logoUrl: "",
    permissions: ["data:read", "data:write", "alerts:read", "alerts:write"],
  },
  permissionPurposes: {},
  // A tenth as fast: no lease runs out by itself, so that the dead have to be recognised as dead; and what waits to be
  // tried again is, where a clock that stands would let it wait for ever.
  clock: () => Math.floor(Date.now() / 10),
  portalDeadlineSeconds: 300,
  environment: { ...process.env, ANNEX_DATABASE: database, ANNEX_CLOUD_URL: cloudUrl },
});

/** One write of the table; what came of it. */
async function write(cloud: CloudClient, index: number): Promise<string> {
  const cell = given[index];
  const row = rows[index];
  if (cell === undefined || row === undefined) throw new Error(`There is no row ${index}.`);
  try {
    await row.write(cloud, { ...cell.ground, cloud }, cell.prepared);
    return "done";
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code === "outcome_unknown") return code;
    throw error;
  }
}

/** Side by side, in the same order each time. */
async function writeAll(cloud: CloudClient): Promise<void> {
  const results = await Promise.allSettled(rows.map((_row, index) => write(cloud, index)));
  const failed = results.find((result) => result.status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
  writeFileSync(report, JSON.stringify(results.map((result) => "value" in result && result.value)));
}

const retries = { maximum: 9, firstDelayMilliseconds: 50 };
const job = app.job("write", { retries }, ({ step }) => step("write", ({ cloud }) => writeAll(cloud)));
app.onInstall(async ({ cloud, jobs }) => {
  if (place === "step") await jobs.start(job);
  if (place === "hook") await writeAll(cloud);
});
app.portal.post("/api/writes/:index", async (c) =>
  c.json({ ended: await write(c.cloud, Number(c.param("index"))) }),
);

await serve(app, { port: 0, host: "127.0.0.1" });
