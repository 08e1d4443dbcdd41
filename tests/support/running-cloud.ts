/** The product as a user starts it: `annex dev` in a process of its own, on a data directory that is thrown away. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

export type Member = { user_id: string; email: string; password: string; totp_secret: string; role: string };
export type RunFile = {
  pid: number;
  cloud: { url: string; api: string; admin_token: string };
  ledger: { instances: Record<string, string> };
  organizations: {
    organization_id: string;
    name: string;
    instances: { instance_id: string; name: string }[];
    members: Member[];
  }[];
  apps: {
    app_id: string;
    name: string;
    url: string;
    pid: number;
    registration_callback_url: string;
    portal_generator_url: string;
    database: string;
    log: string;
  }[];
};

export type Answer<Body = Record<string, unknown>> = { status: number; body: Body };

const root = resolve(import.meta.dirname, "../..");
const readyWithin = 60_000;

export class RunningCloud {
  readonly dataDirectory: string;
  /** Everything the processes printed, for the search for secrets. */
  output = "";
  #process: ChildProcess | undefined;
  readonly #environment: Record<string, string>;

  private constructor(dataDirectory: string, environment: Record<string, string>) {
    this.dataDirectory = dataDirectory;
    this.#environment = environment;
  }

  /** Starts it and waits for its `ready` line. */
  static async start(environment: Record<string, string> = {}): Promise<RunningCloud> {
    const cloud = new RunningCloud(mkdtempSync(join(tmpdir(), "annex-test-")), environment);
    await cloud.resume();
    return cloud;
  }

  /** Starts it again on the same data. */
  async resume(): Promise<void> {
    const command = ["packages/cli/src/main.ts", "dev", "--port", "0", "--data", this.dataDirectory];
    const child = spawn(process.execPath, command, {
      cwd: root,
      env: { ...process.env, NODE_ENV: "development", ...this.#environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    child.stderr.on("data", (chunk) => {
      this.output += String(chunk);
    });
    await new Promise<void>((done, fail) => {
      const timer = setTimeout(
        () => fail(new Error(`Not ready in time. It said:\n${this.output}`)),
        readyWithin,
      );
      child.once("exit", (code) => fail(new Error(`Ended with code ${code}. It said:\n${this.output}`)));
      createInterface({ input: child.stdout }).on("line", (line) => {
        this.output += `${line}\n`;
        if (!line.startsWith("ready ")) return;
        clearTimeout(timer);
        done();
      });
    });
  }

  get runFile(): RunFile {
    return JSON.parse(readFileSync(join(this.dataDirectory, "annex.json"), "utf8")) as RunFile;
  }

  get url(): string {
    return this.runFile.cloud.url;
  }

  get organization(): RunFile["organizations"][number] {
    return first(this.runFile.organizations);
  }

  get app(): RunFile["apps"][number] {
    return first(this.runFile.apps);
  }

  instance(index: number): string {
    const instance = this.organization.instances[index];
    if (instance === undefined) throw new Error(`There is no instance number ${index}.`);
    return instance.instance_id;
  }

  member(role: string): Member {
    return first(this.organization.members.filter((member) => member.role === role));
  }

  /** A call of the admin API. */
  async admin<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer<Body>> {
    return request<Body>(method, `${this.url}${path}`, this.runFile.cloud.admin_token, body);
  }

  /** Stops it as Ctrl+C does; resolves with the exit code. */
  async stop(): Promise<number | null> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((done) => child.once("exit", done));
    child.kill("SIGTERM");
    return ended;
  }

  /** Kills it as a power cut would; what it started must not outlive it. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise<void>((done) => child.once("exit", () => done()));
    child.kill("SIGKILL");
    await ended;
  }

  async stopAndForget(): Promise<void> {
    await this.stop();
    rmSync(this.dataDirectory, { recursive: true, force: true });
  }
}

/** One HTTP request with a bearer token; JSON both ways. */
export async function request<Body = Record<string, unknown>>(
  method: string,
  url: string,
  token: string | undefined,
  body?: unknown,
): Promise<Answer<Body>> {
  const response = await fetch(url, {
    method,
    headers: {
      "Content-Type": "application/json",
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Body };
}

function first<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new Error("There is none.");
  return item;
}

/** Asks again until the answer suits, for what another process does in its own time. */
export async function eventually<Value>(
  what: string,
  ask: () => Promise<Value>,
  suits: (value: Value) => boolean,
  withinMilliseconds = 30_000,
): Promise<Value> {
  const deadline = Date.now() + withinMilliseconds;
  for (;;) {
    const value = await ask();
    if (suits(value)) return value;
    if (Date.now() > deadline)
      throw new Error(`${what} did not come about. Last seen: ${JSON.stringify(value)?.slice(0, 2000)}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
