/** Events for the tests of the stores: one of each kind for a numbered installation. */
import { Secret } from "@annex/protocol";
import {
  decide,
  type EventFacts,
  type InstallFacts,
  type KeyAnswer,
  type UninstallFacts,
} from "../src/installations/decision.ts";
import type { EventToApply } from "../src/stores/interface.ts";
import { createVault } from "../src/vault/index.ts";
import { parseKeyRing } from "../src/vault/key-ring.ts";

export const vault = createVault(parseKeyRing(`t:${Buffer.alloc(32, 3).toString("base64")}`));

export const numbers = (count: number) => Array.from({ length: count }, (_none, index) => index + 1);

export function installFactsOf(number: number, changes: Partial<InstallFacts> = {}): InstallFacts {
  const installedAppId = `instapp_${number}`;
  return {
    kind: "install",
    installedAppId,
    idempotencyKey: `install:${installedAppId}`,
    appId: "app_1",
    organizationId: "org_1",
    instanceId: `inst_${number}`,
    grantedPermissions: ["data:read"],
    apiKeyPrefix: "blnk_abc",
    fingerprint: "same",
    keyHashes: [`t.${number}`],
    ...changes,
  };
}

/** @param sealed in place of a real seal. */
export function install(number: number, sealed?: Uint8Array, changes?: Partial<InstallFacts>): EventToApply {
  const facts = installFactsOf(number, changes);
  const seal = () =>
    sealed === undefined
      ? vault.seal(facts.installedAppId, new Secret(`blnk_planted_${number}`))
      : { ringKeyId: "t", sealed };
  return { ...decided(facts, number), seal };
}

export function uninstall(number: number): EventToApply {
  const { installedAppId, appId, organizationId, instanceId } = installFactsOf(number);
  const facts: UninstallFacts = {
    kind: "uninstall",
    installedAppId,
    idempotencyKey: `uninstall:${installedAppId}`,
    appId,
    organizationId,
    instanceId,
    fingerprint: "gone",
  };
  return decided(facts, number);
}

export function keyAnswered(number: number, answer: KeyAnswer, now: number): EventToApply {
  const { installedAppId, keyHashes } = installFactsOf(number);
  const rest = { graceMilliseconds: 0, manyRefused: false };
  return decided({ kind: "key-answered", installedAppId, keyHashes, answer, ...rest }, now);
}

function decided(facts: EventFacts, now: number): EventToApply {
  return { facts, now, decide: (known) => decide(known, facts, now) };
}
