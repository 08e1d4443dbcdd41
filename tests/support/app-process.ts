/** Stripe Sync alone, as whoever deploys it starts it: for what its own environment changes, beside a Cloud that runs already. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readyUrl } from "./ready-url.ts";
import { type RunningCloud, request } from "./running-cloud.ts";

const entry = resolve(import.meta.dirname, "../../apps/stripe-sync/src/main.ts");
const secret = "capability-of-the-tests-0123456789";

/** A process of the app, registered with a Cloud. */
export type AppProcess = { readonly appId: string; stop(): Promise<void> };

/** Starts it on a database of its own and registers it. */
export async function startStripeSync(
  cloud: RunningCloud,
  environment: Readonly<Record<string, string>>,
): Promise<AppProcess> {
  const directory = mkdtempSync(join(tmpdir(), "annex-app-"));
  const child = spawn(process.execPath, [entry], {
    env: {
      ...process.env,
      NODE_ENV: "development",
      PORT: "0",
      ANNEX_CLOUD_URL: cloud.url,
      ANNEX_DATABASE: join(directory, "stripe-sync.db"),
      ANNEX_CALLBACK_SECRET: secret,
      ...environment,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await readyUrl(child);
  const { body } = await request<{ app_id: string }>(
    "POST",
    `${cloud.url}/admin/apps`,
    cloud.runFile.cloud.admin_token,
    {
      organization_id: cloud.organization.organization_id,
      manifest: {
        name: "Stripe Sync, alone",
        registration_callback_url: `${url}/cloud/${secret}/callback`,
        portal_generator_url: `${url}/cloud/${secret}/portal`,
        permissions: ["data:read", "data:write"],
      },
    },
  );
  return {
    appId: body.app_id,
    stop: async () => {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
