/**
 * Runs an app on `node:http`: listens, says so, and ends without losing anything.
 * `GET /health` answers 200 when events can be taken, `GET /ready` when all else works too. Implements the part of the
 * doors that is about an app's process.
 */
import type { App } from "../application.ts";
import type { Served, ServeOptions } from "../process/served.ts";
import { keepCompiled } from "./compile-cache.ts";

export type { BeginOptions, Served, ServeOptions } from "../process/served.ts";

/**
 * Runs an app: on `PORT`, else on the port given here. Prints one line that begins
 * with `ready ` once it answers, and ends with code 0 on SIGINT and SIGTERM.
 * With a wrong environment it says which variable and ends with code 1.
 *
 * @param options.port port when `PORT` is not set; 0 takes a free one.
 * @param options.host address to listen on, such as `127.0.0.1` behind a proxy on the same machine; all unless given.
 * @example
 * ```ts
 * await serve(app, { port: 5002 }); // ready http://localhost:5002
 * ```
 */
export async function serve(app: App, options: ServeOptions = {}): Promise<Served> {
  // All that is loaded from here on is compiled once for all starts.
  keepCompiled();
  const { run } = await import("./run.ts");
  return run(app, options);
}
