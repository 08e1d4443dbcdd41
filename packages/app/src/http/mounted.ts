import type { Exchange, Handle } from "./exchange.ts";

/** The path of an address, without a slash at its end; empty when the app has the host to itself. */
export function mountPath(publicUrl: string | undefined): string {
  return publicUrl === undefined ? "" : new URL(publicUrl).pathname.replace(/\/$/, "");
}

/**
 * A handler that is asked with paths of its own, wherever it is mounted. A server
 * that takes the prefix away by itself, as Express does, and one that leaves it, as
 * Fastify does, are both right.
 */
export function mounted(handle: Handle, mount: string): Handle {
  if (mount === "") return handle;
  return (exchange) => handle(belongsTo(exchange.path, mount) ? below(exchange, mount) : exchange);
}

function belongsTo(path: string, mount: string): boolean {
  return path === mount || path.startsWith(`${mount}/`);
}

function below(exchange: Exchange, mount: string): Exchange {
  return {
    method: exchange.method,
    path: exchange.path.slice(mount.length) || "/",
    search: exchange.search,
    peer: () => exchange.peer(),
    header: (name) => exchange.header(name),
    body: (limit) => exchange.body(limit),
    request: () => exchange.request(),
  };
}
