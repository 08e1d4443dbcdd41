/** A replica is killed in the middle of a step; how soon another one, on what looks like another machine, does the step. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Book, installEvent } from "../../../tests/kills/book.ts";
import { knock, startVictim } from "../../../tests/kills/victim-process.ts";
import type { PostgresServer } from "../../../tests/support/postgres-server.ts";

/** In seconds. */
export async function measureTakeOver(server: PostgresServer): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "annex-bench-take-over-"));
  const database = await server.createDatabase("take_over");
  const seen = [Promise.withResolvers<number>(), Promise.withResolvers<number>()];
  let effects = 0;
  // The first who asks is never answered; the second is who goes on.
  const receiver = createServer((request, response) => {
    request.resume();
    seen[effects]?.resolve(performance.now());
    effects += 1;
    if (effects > 1) response.end("{}");
  });
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const told = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const start = (host: string) => startVictim({ directory, database, port: 0, host, receiver: told });
  const holder = await start("holder");
  try {
    await knock(holder, "callback", installEvent(new Book().open()));
    await seen[0]?.promise;
    const other = await start("other");
    const killedAt = performance.now();
    holder.kill();
    const goesOnAt = (await seen[1]?.promise) ?? Number.NaN;
    other.kill();
    await other.ended;
    return (goesOnAt - killedAt) / 1000;
  } finally {
    holder.kill();
    receiver.closeAllConnections();
    receiver.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
