import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** How long an open request may still take when the process is asked to end. */
const graceMilliseconds = 5000;

/** The connections of a server, for its end. */
export type Connections = {
  /**
   * Takes no new connection, tells those who are kept that this answer is the last,
   * and closes each as soon as nothing is under way on it.
   */
  end(): Promise<void>;
};

/**
 * Watches a server's connections. Node alone keeps serving who asks again on a
 * kept connection, and waits for who is connected and never asked. Costs a request nothing.
 */
export function watchConnections(server: Server): Connections {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  return {
    end: () =>
      new Promise((resolve) => {
        const impatient = setTimeout(() => server.closeAllConnections(), graceMilliseconds);
        server.close(() => {
          clearTimeout(impatient);
          resolve();
        });
        server.prependListener("request", (_request, response: ServerResponse) => endWith(response));
        for (const socket of open) endSoon(socket);
        server.closeIdleConnections();
      }),
  };
}

function endSoon(socket: Socket): void {
  const underWay = responseOn(socket);
  if (underWay !== undefined) endWith(underWay);
  // Connected, and never said a word; what has begun to ask has a while to finish, since it may be an install.
  else if (socket.bytesRead === 0) socket.destroy();
}

/** Makes an answer the last one of its connection. */
function endWith(response: ServerResponse): void {
  response.shouldKeepAlive = false;
  // Where the head is on its way already it has promised to go on, so this end has to be the one that hangs up.
  const { socket } = response;
  if (response.headersSent) response.once("close", () => socket?.end());
}

/** The answer Node has under way on a connection; it keeps it there, and no public method says it. */
export function responseOn(
  socket: Duplex & { readonly _httpMessage?: ServerResponse | null },
): ServerResponse | undefined {
  return socket._httpMessage ?? undefined;
}
