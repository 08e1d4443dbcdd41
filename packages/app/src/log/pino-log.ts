import { type Logger, pino } from "pino";
import type { Log, LogFields } from "./index.ts";
import { maskSecrets } from "./mask.ts";

/** Where finished lines go. */
export type LogStream = { write(line: string): void };

/** A log over pino: a file, standard output, or a stream of a test. */
export function createPinoLog(appName: string, target: string | undefined | LogStream): Log {
  const stream =
    typeof target === "object" ? target : pino.destination({ dest: target ?? 1, sync: false, mkdir: true });
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
  return wrap(logger);
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
