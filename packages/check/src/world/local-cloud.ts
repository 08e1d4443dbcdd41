/** The thread that the local Cloud runs on, the receiver that stands in for every app there, and its admin API. */
import { createServer, type Server } from "node:http";
import { Worker } from "node:worker_threads";
import type { CloudNews, CloudPlan } from "./cloud-thread.ts";

/** A local Cloud that is coming up. */
export type CloudThread = {
  readonly started: Promise<StartedCloud>;
  /** Ends it at once, started or not: nothing in it is kept. */
  end(): Promise<void>;
};

export type StartedCloud = { readonly url: string; readonly adminToken: string };
export type CloudAnswer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/** The source's own ending, so that the built package starts its built thread. */
const threadFile = new URL(
  import.meta.url.endsWith(".ts") ? "./cloud-thread.ts" : "./cloud-thread.js",
  import.meta.url,
);

/** Starts a local Cloud on a thread of its own. */
export function startThread(plan: CloudPlan): CloudThread {
  const worker = new Worker(threadFile, { workerData: plan });
  const started = new Promise<StartedCloud>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("The local Cloud ended.")));
    worker.once("message", (news: CloudNews) => {
      if ("failed" in news) reject(new Error(`The local Cloud did not start: ${news.failed}`));
      else resolve(news);
    });
  });
  started.catch(() => undefined);
  return {
    started,
    end: async () => {
      await worker.terminate();
    },
  };
}

/** Stands where an app would: says yes to everything, and keeps the keys it is given. */
export function openReceiver(keys: Map<string, string>): Promise<Server> {
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (part) => {
      text += String(part);
    });
    request.on("end", () => {
      const event = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
      if (typeof event["api_key"] === "string") keys.set(String(event["installed_app_id"]), event["api_key"]);
      // On a busy machine a kept connection may end just as it is used again.
      response.writeHead(200, { connection: "close" }).end("{}");
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** One call of the admin API. */
export async function callAdmin(
  sandbox: StartedCloud,
  method: string,
  path: string,
  body?: unknown,
): Promise<CloudAnswer> {
  const response = await fetch(`${sandbox.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${sandbox.adminToken}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
