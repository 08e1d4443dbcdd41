import { constants, openSync, write } from "node:fs";
import { dirname } from "node:path";
import { type Logger, pino } from "pino";
import { makeDirectory } from "../environment/directory.ts";
import { EnvironmentError } from "../environment/environment-error.ts";
import { openDestination } from "./destination.ts";
import type { Log, LogFields } from "./index.ts";
import { maskSecrets } from "./mask.ts";

/** A log that has its destination open. */
export type OpenLog = {
  readonly log: Log;
  /** Writes what is left at once; for a process that is about to die. */
  flushNow(): void;
  /** Writes what is left, and closes. */
  close(): Promise<void>;
};

/**
 * A log over pino, to a file or to standard output. A process that is killed can
 * lose the lines of its last tenth of a second.
 *
 * @throws EnvironmentError when the file cannot be opened.
 */
export function openPinoLog(appName: string, file: string | undefined): OpenLog {
  const destination = openDestination({
    open: () => (file === undefined ? 1 : openFile(file)),
    canPass,
    name: file === undefined ? "on standard output" : "that ANNEX_LOG names",
    // By the system's call, since the stream over standard error can block and can fail.
    complain: (text) => write(2, text, () => undefined),
    missing: (count) => missingLine(appName, count),
  });
  const logger = pino(
    {
      base: { app: appName },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeError },
      hooks: { streamWrite: maskSecrets },
    },
    destination,
  );
  return { log: wrap(logger), flushNow: destination.flushNow, close: destination.close };
}

function missingLine(app: string, count: number): string {
  const time = new Date().toISOString();
  const msg = "Lines of the log are missing: they could not be written.";
  return `${JSON.stringify({ level: "warn", time, app, missing: count, msg })}\n`;
}

const { O_APPEND, O_CREAT, O_NONBLOCK = 0, O_WRONLY } = constants;
/** Without waiting: a named pipe that nobody reads is refused instead of holding up the start. */
const appending = O_APPEND | O_CREAT | O_NONBLOCK | O_WRONLY;

function openFile(file: string): number {
  try {
    makeDirectory(dirname(file));
    return openSync(file, appending, 0o600);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (canPass(error)) throw error;
    throw new EnvironmentError(
      "ANNEX_LOG",
      `must be a file that can be written (${code})`,
      "the log cannot be opened",
    );
  }
}

/** Want of room or of descriptors comes and goes. */
function canPass(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT", "EMFILE", "ENFILE"].includes((error as NodeJS.ErrnoException).code ?? "");
}

function wrap(logger: Logger): Log {
  const writer = (level: "debug" | "info" | "warn" | "error") => (message: string, fields?: LogFields) => {
    try {
      logger[level](fields ?? {}, message);
    } catch {
      // A field whose getter throws, say: the line is worth more than its fields, and no line is worth a request.
      logger[level]({ fields: "could not be written" }, message);
    }
  };
  return {
    debug: writer("debug"),
    info: writer("info"),
    warn: writer("warn"),
    error: writer("error"),
    with: (fields: LogFields) => wrap(childOf(logger, fields)),
  };
}

function childOf(logger: Logger, fields: LogFields): Logger {
  try {
    return logger.child(fields);
  } catch {
    return logger.child({ fields: "could not be written" });
  }
}

// Name, code, message, stack and the causes; no other property, since an error can carry a whole request.
function describeError(error: unknown): unknown {
  try {
    return error instanceof Error ? errorFields(error, mostCauses) : String(error);
  } catch {
    // Whoever can throw can throw a thing whose very name throws.
    return "What was thrown cannot be read.";
  }
}

/** Causes can go round in a circle. */
const mostCauses = 8;

function errorFields(error: Error, causesLeft: number): unknown {
  const { name, message, stack, cause } = error;
  const code = (error as { readonly code?: unknown }).code;
  const said = cause instanceof Error && causesLeft > 0;
  return {
    name,
    message,
    ...(typeof code === "string" ? { code } : {}),
    stack,
    ...(said ? { cause: errorFields(cause, causesLeft - 1) } : {}),
  };
}
