/** What is known of a foreign error, read once: libraries agree on no class, only on a few fields. */

/** What happened, and what to do next; one line each. */
export type Explanation = { readonly what: string; readonly next: string };

export type Facts = {
  readonly name: string;
  readonly message: string;
  /** Node's (`EADDRINUSE`), PostgreSQL's (`28P01`) or the driver's (`CONNECT_TIMEOUT`). */
  readonly code: string;
  /** The number of an error of the embedded engine's own file system. */
  readonly errno: number | undefined;
  /** SQLite's primary result code. */
  readonly sqlite: number | undefined;
  readonly syscall: string | undefined;
  readonly path: string | undefined;
  readonly port: number | undefined;
};

const sqlitePrimaryMask = 0xff;

export function factsOf(error: unknown): Facts {
  const fields = (typeof error === "object" && error !== null ? error : {}) as Record<string, unknown>;
  const text = (name: string) => (typeof fields[name] === "string" ? fields[name] : undefined);
  const number = (name: string) => (typeof fields[name] === "number" ? fields[name] : undefined);
  const result = number("errcode");
  return {
    name: text("name") ?? "",
    message: text("message") ?? "",
    code: text("code") ?? "",
    errno: number("errno"),
    // An extended code has the primary one in its lowest byte.
    sqlite: result === undefined ? undefined : result & sqlitePrimaryMask,
    syscall: text("syscall"),
    path: text("path") ?? text("dest"),
    port: number("port"),
  };
}
