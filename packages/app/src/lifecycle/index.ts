/**
 * The life of an installation: what an event, or an answer of Cloud, does to what
 * is stored. `installations/decision.ts` decides, here it is carried out: the store
 * does so in one durable transaction together with the runs it starts, and only then
 * is the event acknowledged, before any code of the app's own. Then `bind` makes what
 * the app's code gets of an installation, and `asking` asks what only Cloud knows.
 *
 * Implements contract sections 3, 4 and 5. May touch the vault, the store and Cloud.
 */
import type { InstallEvent, Secret, UninstallEvent } from "@annex/protocol";
import {
  type Change,
  type Decision,
  decide,
  type EventFacts,
  type KeyAnswer,
} from "../installations/decision.ts";
import type { Log } from "../log/index.ts";
import type { CrashPoint } from "../process/crash-point.ts";
import type { EventToApply, Store, StoredInstallation } from "../stores/interface.ts";
import { currentTrace, installationAttributes, measure, note } from "../telemetry/index.ts";
import type { Vaults } from "../vault/vaults.ts";
import { installFacts, uninstallFacts } from "./facts.ts";
import { createRefusals, type Refusals } from "./refusals.ts";
import { createRest } from "./rest.ts";

/** What installations are made of. */
export type InstallationsParts = {
  readonly store: Store;
  readonly vaults: Vaults;
  readonly clock: () => number;
  readonly keyGraceMilliseconds: number;
  readonly crashPoint: CrashPoint;
  readonly log: Log;
  /** Whether the app has anything to do when an installation begins or ends. */
  readonly hasHook: (work: "on-install" | "on-uninstall") => boolean;
  /** Told after each commit that started runs or let some go on. */
  readonly onWork: () => void;
  /** Told after each commit that put an installation out of service. */
  readonly onEnded: (installedAppId: string) => void;
};

/** A key that is opened for one call. */
export type OpenedKey = {
  readonly key: Secret;
  /** Cloud refuses it at the moment, without having said that it is revoked. */
  readonly isSuspended: boolean;
};

export type Installations = {
  /** Durable when it resolves. */
  install(event: InstallEvent): Promise<Decision>;
  uninstall(event: UninstallEvent): Promise<Decision>;
  find(installedAppId: string): Promise<StoredInstallation | undefined>;
  /** The API key, opened for one call; `undefined` when the installation is not active. */
  openKey(installedAppId: string): Promise<OpenedKey | undefined>;
  /** Cloud answered a call with this key: what follows from it is carried out. */
  keyAnswered(installedAppId: string, key: Secret, answer: KeyAnswer): Promise<Decision>;
  /** Cloud is asked about a suspended installation before its pause is over, but not more often than every 5 s. */
  askSoon(installedAppId: string): void;
  /** Many installations are refused at once: a fault between here and Cloud, which none of them is to pay for. */
  readonly refusals: Refusals;
};

export function createInstallations(parts: InstallationsParts): Installations {
  const { store, vaults } = parts;
  const refusals = createRefusals(parts.log, parts.clock);
  const askedSoon = createRest(askSoonMilliseconds, parts.clock);
  return {
    install: (event) => install(parts, event),
    uninstall: (event) => apply(parts, uninstallFacts(event)),
    find: (installedAppId) => store.installations.find(installedAppId),
    openKey: async (installedAppId) => {
      const found = await store.installations.credentials(installedAppId);
      if (found === undefined) return undefined;
      const vault = await vaults.opening(found.sealed);
      return { key: vault.open(installedAppId, found.sealed), isSuspended: found.suspendedAt !== undefined };
    },
    keyAnswered: async (installedAppId, key, answer) =>
      apply(parts, {
        kind: "key-answered",
        installedAppId,
        keyHashes: (await vaults.current()).hashes(key),
        answer,
        graceMilliseconds: parts.keyGraceMilliseconds,
        manyRefused: answer === "refused" && refusals.note(installedAppId),
      }),
    askSoon: (installedAppId) => {
      if (!askedSoon.isOver(installedAppId)) return;
      store.runs
        .hurry(installedAppId, parts.clock())
        .then(parts.onWork)
        .catch((error: unknown) => parts.log.error("Cloud could not be asked sooner.", { error }));
    },
    refusals,
  };
}

/** Whoever has the page open sees it come back while he looks; a Cloud that is in trouble is asked little by it. */
const askSoonMilliseconds = 5000;

async function install(parts: InstallationsParts, event: InstallEvent): Promise<Decision> {
  const { vaults } = parts;
  const sealing = async () => {
    const vault = await vaults.current();
    return apply(parts, installFacts(event, vault), () => vault.seal(event.installedAppId, event.apiKey));
  };
  const decision = await sealing();
  // A key that was sealed by a newer ring key than is known here only looks like another one.
  return decision.because === "key_differs" && (await vaults.renewed()) ? sealing() : decision;
}

async function apply(
  parts: InstallationsParts,
  facts: EventFacts,
  seal?: EventToApply["seal"],
): Promise<Decision> {
  const now = parts.clock();
  parts.crashPoint("event-accepted");
  const trace = currentTrace();
  const { decision, changes } = await parts.store.apply({
    facts,
    now,
    ...(trace === undefined ? {} : { trace }),
    decide: (known) => withoutIdleWork(decide(known, facts, now), parts.hasHook),
    ...(seal === undefined ? {} : { seal }),
  });
  parts.crashPoint("before-answer");
  tell(facts, decision);
  for (const change of changes) if (change.change === "end") parts.onEnded(change.installedAppId);
  if (changes.some(makesRunsDue)) parts.onWork();
  return decision;
}

function tell({ kind, installedAppId }: EventFacts, { because }: Decision): void {
  const came = { "annex.event.kind": kind, "annex.event.because": because };
  note({ ...installationAttributes(installedAppId), ...came });
  measure("annex.events", 1, came);
}

function makesRunsDue({ change }: Change): boolean {
  return change === "start" || change === "end" || change === "resume";
}

/** A hook that the app does not have starts no run. */
export function withoutIdleWork(decision: Decision, hasHook: InstallationsParts["hasHook"]): Decision {
  if (decision.outcome === "conflict") return decision;
  const isIdle = (change: Change) =>
    change.change === "start" && change.work !== "ask-cloud" && !hasHook(change.work);
  return { ...decision, changes: decision.changes.filter((change) => !isIdle(change)) };
}
