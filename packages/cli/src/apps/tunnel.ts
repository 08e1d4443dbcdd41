/** A tunnel to this machine, by whichever program for it is installed: the real Cloud reaches an app by https only. */
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { CommandError } from "../failures/index.ts";

/** Where an app is reached. */
export type PublicAddress = { readonly url: string; close(): Promise<void> };

type TunnelProgram = {
  readonly name: string;
  readonly args: (port: number) => readonly string[];
  /** The address in what it prints. */
  readonly address: RegExp;
};

/** In the order in which they are preferred: those that need no account first. */
const programs: readonly TunnelProgram[] = [
  {
    name: "cloudflared",
    args: (port) => ["tunnel", "--no-autoupdate", "--url", `http://localhost:${port}`],
    address: /https:\/\/[a-z0-9-]+\.trycloudflare\.com/,
  },
  {
    name: "ngrok",
    args: (port) => ["http", String(port), "--log", "stdout", "--log-format", "logfmt"],
    address: /(?<=url=)https:\/\/\S+/,
  },
  { name: "tailscale", args: (port) => ["funnel", String(port)], address: /https:\/\/[a-z0-9.-]+\.ts\.net/ },
  { name: "lt", args: (port) => ["--port", String(port)], address: /https:\/\/\S+/ },
];

const openTimeLimit = 30_000;

/**
 * The program that is installed.
 *
 * @throws CommandError when none is.
 */
export function findTunnelProgram(path = process.env["PATH"] ?? ""): TunnelProgram {
  const found = programs.find(({ name }) => path.split(delimiter).some((folder) => isProgram(folder, name)));
  if (found !== undefined) return found;
  throw new CommandError(
    `No tunnel program is installed; looked for ${programs.map(({ name }) => name).join(", ")}.`,
    "Install one of them, or put the app behind https yourself and say where with ANNEX_PUBLIC_URL.",
  );
}

function isProgram(folder: string, name: string): boolean {
  const names = process.platform === "win32" ? [`${name}.exe`, `${name}.cmd`] : [name];
  return names.some((file) => {
    try {
      accessSync(join(folder, file), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Opens a tunnel to a port of this machine.
 *
 * @param onEnded called when it ends by itself: nobody reaches the app any more.
 * @throws CommandError when it ends before it says its address, or says none.
 */
export async function openTunnel(
  program: TunnelProgram,
  port: number,
  onEnded: (program: string) => void,
): Promise<PublicAddress> {
  const child = spawn(program.name, program.args(port), { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const close = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  try {
    const url = await addressFrom(child, program);
    let closing = false;
    void ended.then(() => {
      if (!closing) onEnded(program.name);
    });
    return {
      url,
      close: () => {
        closing = true;
        return close();
      },
    };
  } catch (error) {
    child.kill("SIGTERM");
    throw error;
  }
}

/** Reads on after the address too: a pipe that nobody empties would stop the program. */
function addressFrom(child: ChildProcess, { name, address }: TunnelProgram): Promise<string> {
  return new Promise((resolve, reject) => {
    let lastLine = "";
    const fail = (how: string) => {
      clearTimeout(timer);
      reject(
        new CommandError(
          `${name} ${how}${lastLine === "" ? "" : `: ${lastLine}`}.`,
          `Try it alone, and see what it wants: ${name} ${name === "lt" ? "--port 4401" : "--help"}`,
        ),
      );
    };
    const timer = setTimeout(
      () => fail(`said no address within ${openTimeLimit / 1000} seconds`),
      openTimeLimit,
    );
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        if (line.trim() !== "") lastLine = line.trim().replace(/\.$/, "");
        const [found] = address.exec(line) ?? [];
        if (found === undefined) return;
        clearTimeout(timer);
        resolve(found.replace(/\/$/, ""));
      });
    }
    child.once("error", (error) => fail(`could not be started (${error.message})`));
    child.once("close", (code) => fail(`ended (code ${code}) before it said its address`));
  });
}
