/** Waiting until an app answers. */
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { CommandError } from "../failures/index.ts";
import type { AppPackage } from "./app-package.ts";

const startTimeLimit = 60_000;
const askEvery = 250;
const answerTimeLimit = 5000;

/**
 * Resolves when the app says `ready`, or answers `GET /health` where its server says
 * nothing. Its other lines are passed on.
 *
 * @throws CommandError when it ends or stays silent.
 */
export async function answers(
  app: AppPackage,
  url: string,
  child: ChildProcess,
  print: (line: string) => void = console.log,
): Promise<void> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), startTimeLimit);
  try {
    await Promise.race([
      saidReady(app, child, print),
      answersHealth(url, stop.signal),
      endedFirst(app, child),
      tookTooLong(app, stop.signal),
    ]);
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}

function saidReady(app: AppPackage, child: ChildProcess, print: (line: string) => void): Promise<void> {
  return new Promise((resolve) => {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("ready ")) resolve();
      else print(`[${app.name}] ${line}`);
    });
  });
}

async function answersHealth(url: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(answerTimeLimit)]);
    const answer = await fetch(`${url}/health`, { signal: limit }).catch(() => undefined);
    if (answer?.ok === true) return;
    // Whoever waits for this has another answer by now.
    if (signal.aborted) return new Promise(() => {});
    await new Promise((resolve) => setTimeout(resolve, askEvery));
  }
}

function endedFirst(app: AppPackage, child: ChildProcess): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (how: string) => reject(neverReady(app, how));
    child.once("exit", (code, signal) => fail(`ended (${signal ?? `code ${code}`}) before it was ready`));
    child.once("error", (error) => fail(`could not be started (${error.message})`));
  });
}

function tookTooLong(app: AppPackage, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () =>
      reject(neverReady(app, `did not answer GET /health within ${startTimeLimit / 1000} seconds`)),
    );
  });
}

function neverReady(app: AppPackage, how: string): CommandError {
  const line = app.start.kind === "node" ? `node ${app.start.args.join(" ")}` : app.start.line;
  return new CommandError(
    `${app.name} ${how}.`,
    `What it said stands above; start it alone with: cd ${app.directory} && ${line}`,
  );
}
