/**
 * What a balancer asks. `/health`: whether events can be taken, which is no when the database cannot be written; a
 * process that says no for long is worth a restart. `/ready`: whether everything works that a replica is there for,
 * jobs and key service too; one that says no gets no traffic for a while, and is not restarted for it.
 */
import { notFound } from "./errors/index.ts";
import { type Answer, jsonAnswer } from "./exchange.ts";
import type { Installations } from "./lifecycle/index.ts";
import type { Store } from "./stores/interface.ts";
import type { Vaults } from "./vault/vaults.ts";

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

export function answerHealth(parts: HealthParts, path: string, method: string): Promise<Answer> {
  if (method !== "GET" && method !== "HEAD") return Promise.resolve(notFound);
  return path === "/ready" ? ready(parts) : health(parts);
}

async function health({ store, installations, vaults }: HealthParts): Promise<Answer> {
  const found = await store.health(healthMilliseconds);
  const status = found.ok ? { status: "ok" } : { status: "unavailable", reason: found.reason };
  // Most events can be taken all the same: it is told, and no reason to restart.
  const cloud = installations.refusals.areMany() ? { cloud: "refuses_keys" } : {};
  const keys = vaults.isReady() === false ? { key_service: "unavailable" } : {};
  return jsonAnswer(found.ok ? 200 : 503, JSON.stringify({ ...status, ...cloud, ...keys }));
}

async function ready({ store, vaults, haveJobsBegun }: HealthParts): Promise<Answer> {
  const found = await store.health(healthMilliseconds);
  const reason = !found.ok
    ? found.reason
    : vaults.isReady() === false
      ? "key_service"
      : haveJobsBegun()
        ? undefined
        : "jobs_not_begun";
  const status = reason === undefined ? { status: "ready" } : { status: "not_ready", reason };
  return jsonAnswer(reason === undefined ? 200 : 503, JSON.stringify(status));
}
