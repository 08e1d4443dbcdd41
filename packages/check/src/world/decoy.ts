/**
 * An address that no app has business with: it is offered as an instance's own Core, and stands for any other origin.
 * It answers everything, and writes down who asked.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** One request that came. */
export type DecoyRequest = { readonly method: string; readonly path: string; readonly referer: string };

export type Decoy = {
  readonly url: string;
  readonly requests: readonly DecoyRequest[];
  close(): Promise<void>;
};

/** The names under which apps are told of a Core. */
export const coreVariables = [
  "BLNK_CORE_URL",
  "BLNK_URL",
  "BLNK_BASE_URL",
  "BLNK_API_URL",
  "CORE_URL",
  "CORE_API",
];

/** Under this path it stands for any other origin; everything else asked of it was meant for a Core. */
export const foreignPath = "/somewhere-else";

/** Listens on a free port of the loopback address. */
export async function openDecoy(): Promise<Decoy> {
  const requests: DecoyRequest[] = [];
  const server = createServer((request, response) => {
    const { method = "GET", url = "/", headers } = request;
    requests.push({ method, path: url.split("?")[0] ?? "/", referer: headers.referer ?? "" });
    request.resume();
    response
      .writeHead(200, { "content-type": "application/json", "access-control-allow-origin": "*" })
      .end("[]");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
