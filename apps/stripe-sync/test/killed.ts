/**
 * The app as a process that is killed again and again in the middle of one run, at the lines where it hurts: right
 * before a write has reached the ledger, and right after it did but before the app could hear of it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { callbackSecret } from "./house.ts";

/** The next request like this one kills the app: before it is passed on, or after it was answered. */
export type KillPoint = {
  readonly method: string;
  readonly path: RegExp;
  readonly nth: number;
  readonly when: "before" | "after";
};

/** Stands between the app and Cloud. */
export class KillingProxy {
  readonly #target: string;
  readonly #server: Server;
  #point: KillPoint | undefined;
  #seen = 0;
  #kill: () => void = () => undefined;

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer((request, response) => {
      this.#pass(request, response).catch(() => request.socket.destroy());
    });
  }

  static async start(target: string): Promise<KillingProxy> {
    const proxy = new KillingProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  arm(point: KillPoint, kill: () => void): void {
    this.#point = point;
    this.#seen = 0;
    this.#kill = kill;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const when = this.#strikes(request) ? this.#point?.when : undefined;
    if (when === "before") return this.#strike(request);
    const answer = await fetch(`${this.#target}${request.url}`, {
      method: request.method ?? "GET",
      headers: forwarded(request),
      ...(body.length === 0 ? {} : { body }),
    });
    const text = await answer.text();
    if (when === "after") return this.#strike(request);
    response.writeHead(answer.status, passedBack(answer));
    response.end(text);
  }

  #strikes(request: IncomingMessage): boolean {
    const point = this.#point;
    if (point === undefined || request.method !== point.method) return false;
    if (!point.path.test(new URL(request.url ?? "/", this.#target).pathname)) return false;
    this.#seen += 1;
    return this.#seen === point.nth;
  }

  #strike(request: IncomingMessage): void {
    this.#point = undefined;
    this.#kill();
    request.socket.destroy();
  }
}

function passedBack({ headers }: Response): Record<string, string> {
  const names = ["content-type", "retry-after"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

function forwarded(request: IncomingMessage): Record<string, string> {
  const names = ["authorization", "content-type", "accept", "x-request-id"];
  return Object.fromEntries(
    names.flatMap((name) => [[name, request.headers[name]]]).filter(([, value]) => value),
  );
}

async function bodyOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const entry = fileURLToPath(new URL("steered-app.ts", import.meta.url));
/** Where the framework itself keeps what Node makes of the sources: each start takes half the time then. */
const compiled = fileURLToPath(
  new URL("../../../packages/app/node_modules/.cache/compiled", import.meta.url),
);

/** The app in a process of its own, on the same files and the same port every time, with a clock that can be put ahead. */
export class AppProcess {
  readonly #directory: string;
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  #aheadMilliseconds = 0;
  url = "";

  constructor(directory: string, environment: Readonly<Record<string, string>>) {
    this.#directory = directory;
    this.#environment = environment;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [entry], {
      cwd: this.#directory,
      env: {
        ...process.env,
        NODE_ENV: "development",
        PORT: this.url === "" ? "0" : new URL(this.url).port,
        ANNEX_DATABASE: join(this.#directory, "killed.db"),
        ANNEX_LOG: join(this.#directory, "killed.log"),
        ANNEX_CALLBACK_SECRET: callbackSecret,
        NODE_COMPILE_CACHE: compiled,
        AHEAD_MILLISECONDS: String(this.#aheadMilliseconds),
        ...this.#environment,
      },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#child = child;
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said += String(chunk);
    });
    this.url = await new Promise<string>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`It ended with code ${code}: ${said}`)));
      createInterface({ input: child.stdout as Readable }).on("line", (line) => {
        const url = /^ready (\S+)/.exec(line)?.[1];
        if (url !== undefined) resolve(url);
      });
    });
  }

  /** Puts the app's clock ahead, for good: what is due by then comes due. */
  advance(milliseconds: number): void {
    this.#aheadMilliseconds += milliseconds;
    this.#child?.send({ aheadMilliseconds: this.#aheadMilliseconds });
  }

  /** What its clock says, in milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#aheadMilliseconds;
  }

  readonly kill = (): void => {
    this.#child?.kill("SIGKILL");
  };

  /** Resolves when the process has gone. */
  async gone(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => child.once("exit", () => resolve()));
  }

  async stop(): Promise<void> {
    this.#child?.kill("SIGTERM");
    await this.gone();
  }
}
