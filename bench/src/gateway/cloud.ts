/** A local Cloud with one installed app and one balance, as a process of its own; prints what a client needs. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox } from "@annex/sandbox";

/** What the suite reads from the `ready` line. */
export type GatewayPlace = {
  readonly cloudPort: number;
  readonly apiKey: string;
  readonly ledgerPort: number;
  readonly ledgerKey: string;
  readonly instance: string;
  readonly balance: string;
};

const directory = mkdtempSync(join(tmpdir(), "annex-bench-cloud-"));
const unlimited = { rate_limit_per_minute: 1_000_000_000 };
let apiKey = "";

const app = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => {
    body += String(chunk);
  });
  request.on("end", () => {
    const event = body === "" ? {} : (JSON.parse(body) as { api_key?: string });
    apiKey = event.api_key ?? apiKey;
    response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
  });
});
await new Promise<void>((done) => app.listen(0, "127.0.0.1", done));
const appUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;

const sandbox = await startSandbox({ port: 0, dataDirectory: directory, settings: unlimited });
const { app_id } = await sandbox.registerApp({
  manifest: {
    name: "Bench",
    registration_callback_url: `${appUrl}/callback`,
    portal_generator_url: `${appUrl}/portal`,
    permissions: ["data:read", "data:write"],
  },
});
const runFile = JSON.parse(readFileSync(sandbox.runFile, "utf8")) as {
  ledger: { instances: Record<string, string> };
  organizations: { instances: { instance_id: string }[] }[];
};
const instance = runFile.organizations[0]?.instances[0]?.instance_id ?? "";
await call("POST", "/admin/installations", sandbox.adminToken, { app_id, instance_id: instance });
const ledger = await call("POST", `/proxy/ledgers?instance_id=${instance}`, apiKey, { name: "Bench" });
const balance = await call("POST", `/proxy/balances?instance_id=${instance}`, apiKey, {
  ledger_id: ledger["ledger_id"],
  currency: "USD",
});

const place: GatewayPlace = {
  cloudPort: Number(new URL(sandbox.url).port),
  apiKey,
  ledgerPort: Number(new URL(runFile.ledger.instances[instance] ?? "").port),
  ledgerKey: sandbox.instanceKey(instance).reveal(),
  instance,
  balance: String(balance["balance_id"]),
};
console.log(`ready ${JSON.stringify(place)}`);

process.once("SIGTERM", () => {
  app.close();
  void sandbox.close().then(() => {
    rmSync(directory, { recursive: true, force: true });
    process.exit(0);
  });
});

async function call(
  method: string,
  path: string,
  token: string,
  body: unknown,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${sandbox.url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (response.status !== 201)
    throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}
