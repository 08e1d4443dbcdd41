/** Takes the effects of jobs as a provider does that is given an idempotency key: the same key again changes nothing. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Receiver = {
  readonly url: string;
  /** The keys under which each effect came; more than one would be an effect that counts twice. */
  readonly effects: ReadonlyMap<string, ReadonlySet<string>>;
  close(): void;
};

export async function startReceiver(): Promise<Receiver> {
  const effects = new Map<string, Set<string>>();
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { what, effectKey } = JSON.parse(body) as { what: string; effectKey: string };
    effects.set(what, (effects.get(what) ?? new Set()).add(effectKey));
    response.end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    effects,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
