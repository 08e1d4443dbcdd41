/** Puts an app of the zoo into a folder of its own, changed or not, and says how to check it. */
import { randomBytes, randomInt } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CheckOptions } from "@annex/check";
import { type AppName, apps } from "./apps.ts";
import type { Defect } from "./defects.ts";

/** An app's folder and what to check it with. */
/** What is done to a good app. */
type Change = Pick<Defect, "name" | "changes" | "press">;

export type Keeper = { readonly options: CheckOptions; forget(): void };

const packages = fileURLToPath(new URL("../../../node_modules", import.meta.url));
const lives = { link: 12, session: 14, grace: 8 };

/**
 * Writes an app of the zoo, with a change where one is given.
 *
 * @throws Error when a text that is replaced is not there exactly once.
 */
export async function keep(name: AppName, defect?: Change): Promise<Keeper> {
  const directory = mkdtempSync(join(tmpdir(), "annex-zoo-"));
  const source = fileURLToPath(new URL(`./apps/${apps[name].file}`, import.meta.url));
  const file = join(directory, apps[name].file);
  writeFileSync(file, changed(readFileSync(source, "utf8"), defect));
  // What it imports is found from where it stands.
  symlinkSync(packages, join(directory, "node_modules"));
  const options = checkOptionsFor(name, file, join(directory, "data"), await freePort());
  const press = defect?.press;
  return {
    options: press === undefined ? options : { ...options, press },
    forget: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function changed(source: string, defect: Change | undefined): string {
  return (defect?.changes ?? []).reduce((text, [find, replacement]) => {
    const found = [...text.matchAll(whateverSpaces(find))];
    if (found.length !== 1)
      throw new Error(`${defect?.name}: the text to change stands ${found.length} times in the app: ${find}`);
    return text.replace(whateverSpaces(find), () => replacement);
  }, source);
}

/** The text, however a formatter breaks its lines. */
function whateverSpaces(text: string): RegExp {
  const words = text.trim().split(/\s+/);
  return new RegExp(words.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+"), "g");
}

/** How an app of the zoo is started and what it is told. */
function checkOptionsFor(name: AppName, file: string, data: string, port: number): CheckOptions {
  const secret = randomBytes(20).toString("hex");
  const environment = {
    PORT: String(port),
    SECRET: secret,
    DATA: data,
    LINK_SECONDS: String(lives.link),
    SESSION_SECONDS: String(lives.session),
    GRACE_SECONDS: String(lives.grace),
    // The same by the names of the framework's environment, whatever the runner of the tests says.
    NODE_ENV: "development",
    ANNEX_DATABASE: join(data, "zoo.db"),
    ANNEX_LOG: join(data, "app.log"),
    ANNEX_CALLBACK_SECRET: secret,
    ANNEX_LINK_SECONDS: String(lives.link),
    ANNEX_SESSION_SECONDS: String(lives.session),
    ANNEX_KEY_GRACE_SECONDS: String(lives.grace),
  };
  const assignments = Object.entries(environment).map(([key, value]) => `${key}="${value}"`);
  return {
    callback: `http://localhost:${port}/cloud/${secret}/callback`,
    portal: `http://localhost:${port}/cloud/${secret}/portal`,
    start: `export ${assignments.join(" ")}; ${apps[name].command(file)}`,
    asks: ["data:read", "data:write"],
    database: data,
    logs: [join(data, "app.log")],
    linkSeconds: lives.link,
    sessionSeconds: lives.session,
    graceSeconds: lives.grace,
    deniedUser: "user_denied",
    denyCommand: `echo {user} >> "${join(data, "denied")}"`,
    edition: "both",
  };
}

const given = new Set<number>();
/** Below the ports that systems give to whoever asks for any, so that nobody else takes one before the app does. */
const ports = { first: 20_000, count: 12_000 };

async function freePort(): Promise<number> {
  for (;;) {
    const port = ports.first + randomInt(ports.count);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
