import { randomInt } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";

/** Below the ports that systems give to whoever asks for any, so that nobody else takes one before it is listened on. */
const quiet = { first: 20_000, count: 12_000 };
const tries = 100;
const given = new Set<number>();

/**
 * A port that is free at this moment: the given one, or any for 0.
 *
 * @throws Node's EADDRINUSE or EACCES when the given one is not.
 */
export async function freePort(port: number): Promise<number> {
  if (port !== 0) return listenOnce(port);
  for (let tried = 0; tried < tries; tried += 1) {
    const candidate = quiet.first + randomInt(quiet.count);
    if (given.has(candidate)) continue;
    given.add(candidate);
    if (await isFree(candidate)) return candidate;
  }
  return listenOnce(0);
}

function isFree(port: number): Promise<boolean> {
  return listenOnce(port).then(
    () => true,
    () => false,
  );
}

async function listenOnce(port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, resolve);
  });
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}
