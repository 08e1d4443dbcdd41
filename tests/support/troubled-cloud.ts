/**
 * A local Cloud with its ledger in this process and an app's key, and a way between client and Cloud that fails on
 * purpose: what is lost on it was carried out by the real thing, or was not.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "@annex/protocol";
import { type Sandbox, startSandbox } from "@annex/sandbox";

/** How the answer to a write is lost. The names are those of the table in the tests. */
export const troubles = ["answer lost", "cut in the middle", "500 after", "500 before", "time-out"] as const;
export type Trouble = (typeof troubles)[number];

export type TroubledCloud = {
  readonly url: string;
  readonly apiKey: Secret;
  readonly instanceId: string;
  close(): Promise<void>;
};

const scopes = ["data:read", "data:write", "alerts:read", "alerts:write"];

export async function startTroubledCloud(): Promise<TroubledCloud> {
  const directory = mkdtempSync(join(tmpdir(), "annex-troubled-"));
  const sandbox = await startSandbox({
    port: 0,
    dataDirectory: directory,
    // The whole table is more than an app may ask for in a minute, and is not about that.
    settings: { rate_limit_per_minute: 1_000_000_000 },
    seed: [
      {
        name: "Test",
        instances: ["Only"],
        members: [{ name: "Ada", email: "ada@test.test", role: "Admin" }],
      },
    ],
  });
  const { apiKey, instanceId } = await install(sandbox);
  return {
    url: sandbox.url,
    apiKey,
    instanceId,
    async close() {
      await sandbox.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function install(sandbox: Sandbox): Promise<{ apiKey: Secret; instanceId: string }> {
  const events: { api_key: string; instance_id: string }[] = [];
  const app = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += String(chunk);
    });
    request.on("end", () => {
      if (text !== "") events.push(JSON.parse(text));
      response.end("{}");
    });
  });
  await new Promise<void>((done) => app.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  const manifest = {
    name: "Test App",
    registration_callback_url: `${url}/callback`,
    portal_generator_url: `${url}/portal`,
    permissions: scopes,
  };
  const { app_id } = await sandbox.registerApp({ manifest });
  const headers = { authorization: `Bearer ${sandbox.adminToken}`, "content-type": "application/json" };
  const state = await (await fetch(`${sandbox.url}/admin/state`, { headers })).json();
  const instanceId = state.organizations[0].instances[0].instance_id as string;
  const body = JSON.stringify({ app_id, instance_id: instanceId });
  const installed = await fetch(`${sandbox.url}/admin/installations`, { method: "POST", headers, body });
  if (installed.status !== 201)
    throw new Error(`The install answered ${installed.status}: ${await installed.text()}`);
  app.close();
  app.closeAllConnections();
  const [event] = events;
  if (event === undefined) throw new Error("The install event did not come.");
  return { apiKey: new Secret(event.api_key), instanceId };
}

/**
 * A `fetch` on which the first write meets a trouble. With `thenAway`, nothing gets through after it, as if Cloud had
 * gone away until somebody executes the work again.
 */
export function troubledFetch(trouble: Trouble, thenAway: boolean): typeof fetch {
  let met = false;
  return async (input, init) => {
    const request = new URL(String(input));
    if (met && thenAway) throw connectionRefused();
    if (met || init?.method === "GET" || request.pathname.endsWith("/filter")) return fetch(input, init);
    met = true;
    return meet(trouble, input, init);
  };
}

async function meet(trouble: Trouble, input: Parameters<typeof fetch>[0], init: RequestInit | undefined) {
  if (trouble === "500 before") return new Response("<html>Bad gateway</html>", { status: 500 });
  // Carried out whatever the client does meanwhile.
  const answer = await fetch(input, { ...init, signal: null });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  switch (trouble) {
    case "answer lost":
      throw lost();
    case "500 after":
      return new Response("<html>Bad gateway</html>", { status: 500 });
    case "cut in the middle":
      return new Response(half(bytes), { status: answer.status, headers: answer.headers });
    case "time-out":
      return new Promise<Response>((_done, fail) => {
        const stop = () => fail(init?.signal?.reason);
        if (init?.signal?.aborted === true) stop();
        init?.signal?.addEventListener("abort", stop);
      });
  }
}

function half(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(bytes.slice(0, bytes.length >> 1)),
    pull: (controller) => controller.error(lost()),
  });
}

function lost(): Error {
  return new TypeError("fetch failed", { cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }) });
}

function connectionRefused(): Error {
  return new TypeError("fetch failed", {
    cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }),
  });
}
