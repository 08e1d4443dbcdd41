import { mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { type Logger, pino } from "pino";
import { EnvironmentError } from "../environment/environment-error.ts";
import type { Log, LogFields } from "./index.ts";
import { maskSecrets } from "./mask.ts";

const bufferedBytes = 8 * 1024;
const flushMilliseconds = 100;

/** A log that has its file open. */
export type OpenLog = { readonly log: Log /** Writes what is left, and closes. */; close(): void };

/**
 * A log over pino, to a file or to standard output. Lines are written together, a
 * tenth of a second after they were given at the latest: an event costs no write
 * of its own. A process that is killed can lose that tenth of a second.
 *
 * @throws EnvironmentError when the file cannot be opened.
 */
export function openPinoLog(appName: string, file: string | undefined): OpenLog {
  const stream = pino.destination({
    dest: file === undefined ? 1 : openFile(file),
    sync: false,
    minLength: bufferedBytes,
    periodicFlush: flushMilliseconds,
  });
  const logger = pino(
    {
      base: { app: appName },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeError },
      hooks: { streamWrite: maskSecrets },
    },
    stream,
  );
  return { log: wrap(logger), close: () => stream.end() };
}

function openFile(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, "a", 0o600);
  } catch (error) {
    throw new EnvironmentError(
      "ANNEX_LOG",
      `must be a file that can be written (${(error as NodeJS.ErrnoException).code})`,
    );
  }
}

function wrap(logger: Logger): Log {
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
    with: (fields: LogFields) => wrap(logger.child(fields)),
  };
}

// Name, code, message, stack and the causes; no other property, since an error can carry a whole request.
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  const code = (error as { readonly code?: unknown }).code;
  return {
    name,
    message,
    ...(typeof code === "string" ? { code } : {}),
    stack,
    ...(cause instanceof Error ? { cause: describeError(cause) } : {}),
  };
}
