/** The Cloud's own log: JSON lines in the data directory, for its owner only, without secrets. */
import pino, { type Logger } from "pino";
import { maskPortalAnswer } from "./masking.ts";

const ownerOnly = 0o600;
const deepestCause = 3;

/**
 * A log file of mode 0600. Lines are written at once, so that the last one before a
 * kill is there; what is logged is rare enough for that.
 */
export function openLog(path: string): Logger {
  const destination = pino.destination({ dest: path, mode: ownerOnly, sync: true });
  let told = false;
  // A log that cannot be written, on a full disk say, must not take the Cloud down or leave work half done.
  destination.on("error", (error: NodeJS.ErrnoException) => {
    if (!told)
      process.stderr.write(
        `The log ${path} cannot be written (${error.code ?? error.message}); going on without it.\n`,
      );
    told = true;
  });
  return pino({ base: null, serializers: { err: shownError } }, destination);
}

/**
 * What is logged of an error: name, code, message, stack and cause, with keys and
 * URLs masked, and none of the further fields that libraries hang on their errors
 * (an invalid URL's error holds the URL, password included).
 */
export function shownError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return maskPortalAnswer(String(error));
  const code = "code" in error ? { code: String(error.code) } : {};
  const cause =
    error.cause === undefined || depth >= deepestCause ? {} : { cause: shownError(error.cause, depth + 1) };
  return {
    name: error.name,
    ...code,
    message: maskPortalAnswer(error.message),
    stack: maskPortalAnswer(error.stack ?? ""),
    ...cause,
  };
}
