/** A real HTTP server for the tests of this package: it answers from a script and keeps what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Secret } from "@annex/protocol";
import { type ClientOptions, type CloudClient, createClient } from "./index.ts";

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

type Reply = (request: ReceivedRequest, response: ServerResponse) => void;

/** JSON text, or a value to be written as JSON, as an answer. */
export function answer(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

/** Hangs up without an answer, after the request was received. */
export const hangUp: Reply = (_request, response) => {
  response.socket?.destroy();
};

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: ReceivedRequest[];
  /** How long the client waited before each further try, in milliseconds; nothing is really slept. */
  readonly waits: number[];
  /** A client of this server whose key is `testKey`. */
  client(options?: Partial<ClientOptions>): CloudClient;
}

export const testKey = "blnk_test_key_that_must_never_be_printed";

/** Starts a server that gives these replies in order; the last one is repeated. */
export async function startTestServer(...replies: Reply[]): Promise<TestServer> {
  const requests: ReceivedRequest[] = [];
  const waits: number[] = [];
  const server = createServer((incoming, response) => {
    void receive(incoming).then((request) => {
      const reply = replies[Math.min(requests.length, replies.length - 1)];
      requests.push(request);
      reply?.(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    waits,
    client: (options = {}) =>
      createClient({
        baseUrl: url,
        apiKey: new Secret(testKey),
        instanceId: "inst_1",
        random: () => 0.5,
        sleep: (milliseconds) => {
          waits.push(milliseconds);
          return Promise.resolve();
        },
        ...options,
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function receive(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? "/", "http://test");
  const body = Buffer.concat(chunks).toString("utf8");
  return {
    method: incoming.method ?? "",
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body,
  };
}

/** A transaction as Core answers it. */
export function coreTransaction(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    precise_amount: 1250,
    amount: 12.5,
    precision: 100,
    transaction_id: "txn_1",
    parent_transaction: "",
    source: "bln_source",
    destination: "bln_destination",
    reference: "ref_1",
    currency: "USD",
    description: "Charge ch_1",
    status: "APPLIED",
    created_at: "2026-11-24T00:00:00Z",
    ...fields,
  };
}

export function coreRefusal(code: string, message: string) {
  return { error: message, error_detail: { code, message } };
}
