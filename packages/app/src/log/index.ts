/**
 * The log: one JSON line an event, written to `ANNEX_LOG` or standard output.
 * Nothing secret can be written by mistake: a `Secret` prints as its prefix, an
 * error is written without what its cause carried, and no path below `/cloud` and
 * no query is ever given to it. Contract section 9, points 1 and 2.
 */

/** Plain fields of a line. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes lines. `with` gives a log whose lines carry further fields. */
export type Log = {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  with(fields: LogFields): Log;
};
