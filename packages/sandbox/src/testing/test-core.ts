/** A Core that records what reaches it and answers 201, for tests that need no ledger. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export type TestCore = {
  readonly url: string;
  /** What reached it: method and path, with the query. */
  readonly seen: string[];
  /** With which headers each came. */
  readonly headers: IncomingHttpHeaders[];
  close(): Promise<void>;
};

/** Starts a recording Core on a free port. */
export async function startTestCore(): Promise<TestCore> {
  const seen: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    seen.push(`${request.method} ${request.url}`);
    headers.push(request.headers);
    request.resume().once("end", () => {
      response.writeHead(201, { "content-type": "application/json" });
      response.end(JSON.stringify({ transaction_id: "txn_1", filler: "x".repeat(2000) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    headers,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
