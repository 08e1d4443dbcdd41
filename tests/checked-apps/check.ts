/** Checks one app of the repository, started in a folder of its own on a port of its own. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browsers, type Cloud, checkApp, type Progress, type Report } from "@annex/check";
import { checkedLives, checkedLivesVariables } from "../../packages/cli/src/apps/checked-lives.ts";
import { freePort } from "../../packages/cli/src/apps/free-port.ts";
import type { CheckedApp } from "./apps.ts";
import { describeApp } from "./describe.ts";

/** What checks share, and how much of one is wanted. */
export type Checking = {
  readonly cloud: Cloud;
  readonly browsers: Browsers;
  readonly fast: boolean;
  readonly only?: readonly string[];
  /** Whether the app is asked for its manifest first, which starts it once more. */
  readonly isDescribed?: boolean;
  readonly onRule?: Progress;
};

/** @throws CheckError when the app does not start. */
export async function checkOne(app: CheckedApp, checking: Checking): Promise<Report> {
  const { cloud, browsers, fast, only, isDescribed = false, onRule } = checking;
  const directory = mkdtempSync(join(tmpdir(), "annex-checked-"));
  const secret = randomBytes(20).toString("hex");
  const port = await freePort(0);
  const origin = `http://localhost:${port}`;
  const environment = {
    PORT: String(port),
    NODE_ENV: "development",
    ANNEX_PUBLIC_URL: `${origin}${app.path}`,
    ANNEX_DATABASE: join(directory, "app.db"),
    ANNEX_LOG: join(directory, "app.log"),
    ANNEX_CALLBACK_SECRET: secret,
    ...checkedLivesVariables,
  };
  const assignments = Object.entries(environment).map(([key, value]) => `${key}="${value}"`);
  const { words, folder } = app.prepare();
  const command = words.map((word) => `"${word}"`).join(" ");
  const start = `${folder === undefined ? "" : `cd "${folder}" && `}export ${assignments.join(" ")}; exec ${command}`;
  try {
    const manifest = isDescribed ? await describeApp(start, `${origin}${app.path}`, directory) : undefined;
    return await checkApp(
      {
        callback: `${origin}${app.path}/cloud/${secret}/callback`,
        portal: `${origin}${app.path}/cloud/${secret}/portal`,
        start,
        manifest,
        asks: app.asks,
        database: join(directory, "app.db"),
        logs: [join(directory, "app.log")],
        linkSeconds: checkedLives.link,
        sessionSeconds: checkedLives.session,
        graceSeconds: checkedLives.grace,
        edition: "both",
        fast,
        ...(only === undefined ? {} : { only }),
      },
      { cloud, browsers, ...(onRule === undefined ? {} : { onRule }) },
    );
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
