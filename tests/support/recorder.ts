/**
 * A door in front of an app that keeps what Cloud sends, keys included: how a test
 * learns a key, to search for it where it must not be.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export type Recorder = {
  /** Register these in the app's place. */
  readonly registrationCallbackUrl: string;
  readonly portalGeneratorUrl: string;
  /** Bodies of the install events, oldest first. */
  readonly installs: readonly { readonly installed_app_id: string; readonly api_key: string }[];
  close(): Promise<void>;
};

/** @param app its two URLs now: a restart on free ports changes them. */
export async function startRecorder(
  app: () => {
    registration_callback_url: string;
    portal_generator_url: string;
  },
): Promise<Recorder> {
  const installs: { installed_app_id: string; api_key: string }[] = [];
  const server = createServer((incoming, outgoing) => {
    const { portal_generator_url, registration_callback_url } = app();
    const target = incoming.url === "/portal" ? portal_generator_url : registration_callback_url;
    forward(incoming, target, (body) => {
      if (body["api_key"] !== undefined) installs.push(body as (typeof installs)[number]);
    }).then(
      ({ status, text }) => outgoing.writeHead(status, { "Content-Type": "application/json" }).end(text),
      () => outgoing.writeHead(502).end(),
    );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    registrationCallbackUrl: `${base}/callback`,
    portalGeneratorUrl: `${base}/portal`,
    installs,
    close: () => new Promise<void>((done) => server.close(() => done())),
  };
}

async function forward(
  incoming: IncomingMessage,
  target: string,
  record: (body: Record<string, unknown>) => void,
): Promise<{ status: number; text: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString("utf8");
  // Registration looks whether the address answers, without a body.
  if (incoming.method !== "POST" || body === "") return { status: 404, text: "{}" };
  record(JSON.parse(body) as Record<string, unknown>);
  const response = await fetch(target, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
  });
  return { status: response.status, text: await response.text() };
}
