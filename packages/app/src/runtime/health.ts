/**
 * What a balancer asks. `/health`: whether events can be taken, which is no when the database cannot be written; a
 * process that says no for long is worth a restart. `/ready`: whether everything works that a replica is there for,
 * jobs and key service too; one that says no gets no traffic for a while, and is not restarted for it.
 */
import { notFound } from "../errors/index.ts";
import { type Answer, jsonAnswer } from "../http/exchange.ts";
import type { Installations } from "../lifecycle/index.ts";
import type { Store, StoreHealth } from "../stores/interface.ts";
import type { Vaults } from "../vault/vaults.ts";

export type HealthParts = {
  readonly store: Store;
  readonly installations: Installations;
  readonly vaults: Vaults;
  readonly haveJobsBegun: () => boolean;
};

/** It asks every few seconds and waits for two; what takes longer is not healthy. */
const healthMilliseconds = 1500;

export function isHealthPath(path: string): boolean {
  return path === "/health" || path === "/ready";
}

export async function answerHealth(parts: HealthParts, path: string, method: string): Promise<Answer> {
  if (method !== "GET" && method !== "HEAD") return notFound;
  const found = await parts.store.health(healthMilliseconds);
  return path === "/ready" ? ready(parts, found) : health(parts, found);
}

function health({ installations, vaults }: HealthParts, found: StoreHealth): Answer {
  const status = found.ok ? { status: "ok" } : { status: "unavailable", reason: found.reason };
  // Most events can be taken all the same: it is told, and no reason to restart.
  const cloud = installations.refusals.areMany() ? { cloud: "refuses_keys" } : {};
  const keys = vaults.isReady() === false ? { key_service: "unavailable" } : {};
  return jsonAnswer(found.ok ? 200 : 503, JSON.stringify({ ...status, ...cloud, ...keys }));
}

function ready(parts: HealthParts, found: StoreHealth): Answer {
  const reason = whyNotReady(parts, found);
  const status = reason === undefined ? { status: "ready" } : { status: "not_ready", reason };
  return jsonAnswer(reason === undefined ? 200 : 503, JSON.stringify(status));
}

function whyNotReady({ vaults, haveJobsBegun }: HealthParts, found: StoreHealth): string | undefined {
  if (!found.ok) return found.reason;
  if (vaults.isReady() === false) return "key_service";
  return haveJobsBegun() ? undefined : "jobs_not_begun";
}
