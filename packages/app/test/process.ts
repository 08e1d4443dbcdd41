/** An app as a process of its own, as an operator starts, stops and kills it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { readyUrl } from "../../../tests/support/ready-url.ts";
import { callbackSecret, keyRing, pathOf, portalRequest, sessionIn } from "./support.ts";

const entry = fileURLToPath(new URL("./app-process.ts", import.meta.url));

export type Running = {
  readonly url: string;
  readonly port: number;
  readonly directory: string;
  readonly process: ChildProcess;
  /** What it said on standard error so far. */
  errors(): string;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  callback(body: unknown): Promise<Response>;
  /** Launches, enters, and gives the session's token. */
  enter(): Promise<string>;
};

export type Ended = { readonly code: number | null; readonly signal: string | null; readonly errors: string };

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "annex-process-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export function launchProcess(directory: string, variables: Readonly<Record<string, string>>) {
  const { NODE_ENV: _mode, ...inherited } = process.env;
  const child = spawn(process.execPath, [entry], {
    env: {
      ...inherited,
      ANNEX_DATABASE: join(directory, "app.db"),
      ANNEX_LOG: join(directory, "app.log"),
      ANNEX_CALLBACK_SECRET: callbackSecret,
      ANNEX_KEY_RING: keyRing,
      ...variables,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

export async function start(
  directory: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const child = launchProcess(directory, variables);
  let errors = "";
  child.stderr?.on("data", (chunk) => {
    errors += chunk;
  });
  const url = await readyUrl(child);
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers,
    });
  const enter = async () => {
    const launched = await post(`/cloud/${callbackSecret}/portal`, portalRequest());
    const { portal_url: link } = (await launched.json()) as { portal_url: string };
    return sessionIn(await (await fetch(`${url}${pathOf(link)}`)).text());
  };
  return {
    url,
    port: Number(new URL(url).port),
    directory,
    process: child,
    errors: () => errors,
    post,
    callback: (body) => post(`/cloud/${callbackSecret}/callback`, body),
    enter,
  };
}

export function ended(child: ChildProcess): Promise<Ended> {
  let errors = "";
  child.stderr?.on("data", (chunk) => {
    errors += chunk;
  });
  return new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal, errors })));
}
