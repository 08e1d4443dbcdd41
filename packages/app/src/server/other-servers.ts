/**
 * The app inside a server of somebody else's: as a listener for whatever is built on
 * `node:http`. In web-standard servers `app.fetch` is all there is to it.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { App } from "../application.ts";
import { newReference } from "../errors/index.ts";
import { openApp } from "../runtime/openers.ts";
import { type NodeListener, nodeListener } from "./node.ts";

export type { NodeListener } from "./node.ts";

/**
 * A listener for `node:http`, Express, Fastify and their like. Where the app is not
 * at the root of its host, `ANNEX_PUBLIC_URL` says the path. Bodies that
 * `express.json()` has read already are taken from there; mounted before it, the
 * app sees big integers with all their digits, and the server logs no body that
 * it cannot read, which may hold a key.
 *
 * The server is not ours: start the app with `app.start()`, and close it with
 * `app.close()` when the server has ended.
 *
 * @example
 * ```ts
 * const server = express();
 * server.use("/apps/hello", toNodeListener(app)); // ANNEX_PUBLIC_URL=https://example.com/apps/hello
 * await app.start();
 * server.listen(3000);
 * ```
 */
export function toNodeListener(app: App): NodeListener {
  let listener: NodeListener | undefined;
  return (request, response) => {
    if (listener !== undefined) listener(request, response);
    else
      opened(app, addressOf(request))
        .then((made) => {
          listener = made;
          made(request, response);
        })
        .catch((error: unknown) => refuse(error, app, request, response));
  };
}

/** The app hears here where it listens, and says so to whoever started it. */
async function opened(app: App, url: string): Promise<NodeListener> {
  const runtime = await openApp(app);
  runtime.listensAt(url);
  return nodeListener(runtime.handle, runtime.log);
}

/** Where the server around it was asked; in production `ANNEX_PUBLIC_URL` goes before it. */
function addressOf({ socket, headers }: IncomingMessage): string {
  const protocol = "encrypted" in socket ? "https" : "http";
  const { host = "localhost" } = headers;
  const url = `${protocol}://${host}`;
  return URL.canParse(url) ? new URL(url).origin : `${protocol}://localhost`;
}

// Wrong environment, say: there is no log yet, and the server around it has to live.
function refuse(error: unknown, app: App, request: IncomingMessage, response: ServerResponse): void {
  const reference = newReference();
  process.stderr.write(
    `${app.name} cannot answer (${reference}): ${error instanceof Error ? error.message : String(error)}\n`,
  );
  request.resume();
  if (response.destroyed) return;
  response.writeHead(503, { "content-type": "application/json; charset=utf-8", "retry-after": "10" });
  const next =
    "Look at the app's standard error for this reference; it is opened again with the next request.";
  response.end(
    JSON.stringify({ error: "The app could not be opened.", code: "app_failed", next, reference }),
  );
}
