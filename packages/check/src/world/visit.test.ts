import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { enter } from "./visit.ts";

/** A server whose every page leads there. */
async function leadingTo(location: string): Promise<string> {
  const server = createServer((_, response) =>
    response
      .writeHead(302, { location, "content-type": "text/html" })
      .end('<script src="http://[.js"></script>'),
  );
  return addressOf(server);
}

async function addressOf(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/enter`;
}

test.for([
  ["no address", "http://", 1],
  ["no address of the web", "blnk://portal", 1],
  ["itself for ever", "/enter", 9],
] as const)("a redirect to %s has an end", async ([, location, pages]) => {
  const { page, exchanges } = await enter(await leadingTo(location), { files: true });
  expect([page.status, exchanges.length]).toEqual([302, pages]);
});

test("what a script was made from is visited with it, where it is the app's own", async () => {
  const server = createServer(({ url }, response) => {
    if (url === "/app.js")
      response.end(
        "go();\n//# sourceMappingURL=app.js.map\n//# sourceMappingURL=http://elsewhere.test/a.map",
      );
    else if (url === "/app.js.map") response.end('{"sources":["app.ts"]}');
    else response.end('<script src="/app.js"></script>');
  });
  const visited = await enter(await addressOf(server), { files: true });
  expect(visited.exchanges.map(({ url }) => new URL(url).pathname)).toEqual([
    "/enter",
    "/app.js",
    "/app.js.map",
  ]);
});
