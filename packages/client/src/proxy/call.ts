/** One call to the Proxy, which passes it to Core and returns Core's answer unchanged. */
import type { Repeat } from "../transport/retry.ts";
import type { Answer, Attempt, Call, CallOptions, Transport } from "../transport/transport.ts";

/** Calls below the Proxy's prefix, with its scopes. */
export interface ProxyCaller {
  read(path: string, query?: Readonly<Record<string, string>>, options?: CallOptions): Promise<Answer>;
  write(request: WriteRequest): Promise<Answer>;
  /** As `write`, for the writes that have to know whether an earlier try may have been carried out. */
  attemptWrite(request: WriteRequest): Promise<Attempt>;
}

/** A write on its way to Core. */
export interface WriteRequest {
  readonly method: "POST" | "PUT" | "DELETE";
  /** Core's path, its segments already encoded. */
  readonly path: string;
  readonly body?: unknown;
  readonly repeat: Repeat;
  readonly options?: CallOptions | undefined;
}

/** Binds the Proxy's prefix and scopes. */
export function createProxyCaller(transport: Transport): ProxyCaller {
  const toCall = (request: WriteRequest): Call => ({
    ...request,
    path: `/proxy${request.path}`,
    scope: "data:write",
  });
  return {
    read: (path, query = {}, options) =>
      transport.send({
        method: "GET",
        path: `/proxy${path}`,
        query,
        scope: "data:read",
        repeat: "repeatable",
        options,
      }),
    write: (request) => transport.send(toCall(request)),
    attemptWrite: (request) => transport.attempt(toCall(request)),
  };
}
