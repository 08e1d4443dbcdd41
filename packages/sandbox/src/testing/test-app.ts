/** A little app on a real socket, for tests: it records what it is sent and answers as it is told. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request that the app received. */
export type Received = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
};

/** Answers one request; whatever it does with the response is what Cloud sees. */
export type Behaviour = (received: Received, response: ServerResponse) => void | Promise<void>;

export type TestApp = {
  readonly url: string;
  /** What came by POST, in order. */
  readonly received: Received[];
  /** How the two doors behave from now on. */
  onCallback: Behaviour;
  onPortal: Behaviour;
  manifest(changes?: Readonly<Record<string, unknown>>): Record<string, unknown>;
  close(): Promise<void>;
};

/** The secret in the two URLs of every test app. */
export const capability = "s3cretCapability0123456789";

/** Answers with a status and a JSON body. */
export function answering(
  status: number,
  body: unknown = {},
): (received: Received, response: ServerResponse) => void {
  return (_received, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
}

/** Starts an app that accepts every event and gives a fresh portal URL to each launch. */
export async function startTestApp(): Promise<TestApp> {
  let launches = 0;
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const app: TestApp = {
    url,
    received: [],
    onCallback: answering(200),
    onPortal: (_received, response) => {
      launches += 1;
      answering(200, { portal_url: `${url}/portal/enter?token=portal-token-${launches}` })(
        _received,
        response,
      );
    },
    manifest: (changes = {}) => ({
      name: "Test App",
      description: "An app for tests",
      developer: "Testers",
      registration_callback_url: `${url}/cloud/${capability}/callback`,
      portal_generator_url: `${url}/cloud/${capability}/portal`,
      permissions: ["data:read", "data:write", "alerts:read", "alerts:write"],
      ...changes,
    }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString("utf8");
    const { method = "", url: path = "", headers } = request;
    if (method !== "POST") {
      response.writeHead(404).end();
      return;
    }
    const received = { method, path, headers, text, body: JSON.parse(text) as Record<string, unknown> };
    app.received.push(received);
    await (path.endsWith("/portal") ? app.onPortal : app.onCallback)(received, response);
  }

  return app;
}
