/**
 * Where the server keeps the plans of statements that are carried out often. A plan belongs to a connection of the
 * server's own, so there are none behind a pooler that hands out another one for each transaction. It is known by the
 * number of the server's process: who stands in between tells another one.
 */
import type { PoolClient } from "pg";
import { left } from "./waiting.ts";

export type Plans = {
  /** Before a connection is used: finds out about a new one, and has plans made anew from time to time. */
  begin(client: PoolClient, deadline: number): Promise<void>;
  areKept(client: PoolClient): boolean;
  /** A statement that had been prepared was not there: somebody in between told the server's own number. */
  giveUp(): void;
};

/** A plan that was made for an empty table does not fit one that has just been filled. */
const plansLastMilliseconds = 1000;

export function createPlans(): Plans {
  const madeAt = new WeakMap<PoolClient, number | undefined>();
  let isGivenUp = false;
  return {
    begin: async (client, deadline) => {
      if (isGivenUp) return;
      const now = performance.now();
      if (!madeAt.has(client)) {
        const isDirect = await speaksToServer(client, deadline);
        madeAt.set(client, isDirect ? now : undefined);
        return;
      }
      const since = madeAt.get(client);
      if (since === undefined || now - since < plansLastMilliseconds) return;
      madeAt.set(client, now);
      // Nobody waits for it; a connection that is lost is noticed by what follows.
      client.query("DISCARD PLANS").catch(() => undefined);
    },
    areKept: (client) => !isGivenUp && madeAt.get(client) !== undefined,
    giveUp: () => {
      isGivenUp = true;
    },
  };
}

async function speaksToServer(client: PoolClient, deadline: number): Promise<boolean> {
  // The driver knows the time limit of a single statement; its types don't.
  const asked = { text: "SELECT pg_backend_pid() AS process", query_timeout: left(deadline) };
  const { rows } = await client.query<{ readonly process: number }>(asked);
  // The driver has it from the first words of the connection; its types don't.
  return rows[0]?.process === (client as PoolClient & { readonly processID?: number }).processID;
}
