import type { AddressInfo } from "node:net";
import { createServer } from "node:net";

/**
 * A port that is free at this moment: the given one, or any for 0.
 *
 * @throws Node's EADDRINUSE or EACCES when the given one is not.
 */
export async function freePort(port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, resolve);
  });
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}
