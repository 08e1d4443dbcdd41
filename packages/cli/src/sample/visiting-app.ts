/** An app that is installed for as long as the sample is posted: it gets a key, as every app does, and leaves. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type CloudClient, createClient } from "@annex/client";
import { type Scope, Secret } from "@annex/protocol";
import { CommandError } from "../failures/index.ts";
import type { RunningCloud } from "../running-cloud.ts";

const permissions: readonly Scope[] = ["data:read", "data:write", "alerts:read", "alerts:write"];

/** Installs it into an instance, lets it work, and takes it away again. */
export async function visit<Result>(
  cloud: RunningCloud,
  instance: { readonly organizationId: string; readonly instanceId: string },
  work: (client: CloudClient) => Promise<Result>,
): Promise<Result> {
  const events = await listenForKey();
  try {
    const { app_id: appId } = await asked(cloud, "POST", "/admin/apps", {
      organization_id: instance.organizationId,
      manifest: manifestAt(events.url),
    });
    const installed = await asked(cloud, "POST", "/admin/installations", {
      app_id: appId,
      instance_id: instance.instanceId,
    });
    const client = createClient({
      apiKey: events.key(),
      instanceId: instance.instanceId,
      baseUrl: cloud.runFile.cloud.url,
    });
    const result = await work(client);
    await asked(cloud, "DELETE", `/admin/installations/${String(installed["installed_app_id"])}`);
    await asked(cloud, "DELETE", `/admin/apps/${String(appId)}`);
    return result;
  } finally {
    await events.close();
  }
}

function manifestAt(url: string) {
  return {
    name: "Sample data",
    description: "Posts a small business, and leaves.",
    developer: "Annex",
    logo_url: "",
    permissions,
    registration_callback_url: `${url}/callback`,
    portal_generator_url: `${url}/portal`,
  };
}

async function asked(cloud: RunningCloud, method: string, path: string, body?: unknown) {
  const answer = await cloud.call(method, path, body);
  if (answer.status < 300) return answer.body;
  throw new CommandError(
    `The sample could not be posted: ${String(answer.body["error"])}`,
    "Start without --sample, or with --fresh to begin anew.",
  );
}

/** A server that takes events, and keeps the key of the last install. */
async function listenForKey() {
  let key: Secret | undefined;
  const server = createServer(async (request, response) => {
    const event = JSON.parse(await bodyOf(request)) as { readonly api_key?: string };
    if (event.api_key !== undefined) key = new Secret(event.api_key);
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: () => {
      if (key === undefined) throw new Error("The install event of the sample brought no key.");
      return key;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8") || "{}";
}
