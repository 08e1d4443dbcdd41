import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Change,
  type Contest,
  type Decision,
  decide,
  type EventFacts,
  hourMilliseconds,
  hoursBelieved,
  type InstallFacts,
  type KeyAnswer,
  type KeyAnsweredFacts,
  type Known,
  type KnownInstallation,
  type UninstallFacts,
} from "./decision.ts";

const now = Date.UTC(2026, 3, 21, 12);
const grace = 60_000;

const installEvent: InstallFacts = {
  kind: "install",
  installedAppId: "instapp_1",
  idempotencyKey: "install:instapp_1",
  appId: "app_1",
  organizationId: "org_1",
  instanceId: "inst_1",
  grantedPermissions: ["data:read"],
  apiKeyPrefix: "blnk_abc",
  fingerprint: "body-1",
  keyHashes: ["ring.key-1"],
};
const uninstallEvent: UninstallFacts = {
  kind: "uninstall",
  installedAppId: "instapp_1",
  idempotencyKey: "uninstall:instapp_1",
  appId: "app_1",
  organizationId: "org_1",
  instanceId: "inst_1",
  fingerprint: "gone-1",
};
const answered = (answer: KeyAnswer, changes: Partial<KeyAnsweredFacts> = {}): EventFacts => ({
  kind: "key-answered",
  installedAppId: "instapp_1",
  keyHashes: ["ring.key-1"],
  answer,
  graceMilliseconds: grace,
  manyRefused: false,
  ...changes,
});
const active: KnownInstallation = {
  installedAppId: "instapp_1",
  appId: "app_1",
  organizationId: "org_1",
  instanceId: "inst_1",
  status: "active",
  fingerprint: "body-1",
  keyHash: "ring.key-1",
  keyStoredAt: now - grace,
  suspendedAt: undefined,
};
const suspended: KnownInstallation = { ...active, suspendedAt: now - 5000 };
/** instapp_1 is the older one of two, or the newer one. */
const unanswered = { since: now - 1000, openHours: 0, countedAt: undefined };
const asOlder: Contest = { olderId: "instapp_1", newerId: "instapp_2", ...unanswered };
const asNewer: Contest = { olderId: "instapp_0", newerId: "instapp_1", ...unanswered };
/** Hour after hour Cloud said nothing that decides; one is left. */
const onceMore = { ...asOlder, openHours: hoursBelieved - 1, countedAt: now - hourMilliseconds };
const longAgo = now - 90 * 24 * 3_600_000;
const revoked: KnownInstallation = { ...active, status: "revoked", keyStoredAt: undefined };
const superseded: KnownInstallation = { ...active, status: "superseded", keyHash: undefined };
const uninstalled: KnownInstallation = { ...active, status: "uninstalled", keyHash: undefined };
const tombstone: KnownInstallation = { ...uninstalled, fingerprint: undefined };
const seen = { fingerprint: "body-1", organizationId: "org_1" };
const seenUninstall = { fingerprint: "gone-1", organizationId: "org_1" };

type Case = {
  readonly row: string;
  readonly known: Partial<Known>;
  readonly event: EventFacts;
  /** Why, and the changes as short words. */
  readonly wanted: readonly [outcome: Decision["outcome"], because: Decision["because"], changes?: string];
};

const cases: readonly Case[] = [
  // The same install event twice; a second active installation; an answer that was lost.
  {
    row: "a first install",
    known: {},
    event: installEvent,
    wanted: ["accepted", "installed", "remember, insert active, seal-key, start on-install"],
  },
  {
    row: "the same install again",
    known: { remembered: seen, installation: active },
    event: installEvent,
    wanted: ["accepted", "duplicate", ""],
  },
  {
    row: "an install where an older one is active: both are kept, and Cloud is asked",
    known: { rivals: ["instapp_0"] },
    event: installEvent,
    wanted: [
      "accepted",
      "installed",
      "remember, insert active, seal-key, contest instapp_0 instapp_1, start ask-cloud, start on-install",
    ],
  },
  {
    row: "the superseded one's install again",
    known: { remembered: seen, installation: superseded, rivals: ["instapp_2"] },
    event: installEvent,
    wanted: ["accepted", "late-install", ""],
  },
  // Uninstalls, before, after and again.
  {
    row: "an uninstall",
    known: { installation: active },
    event: uninstallEvent,
    wanted: ["accepted", "uninstalled", "remember, end instapp_1 uninstalled, start on-uninstall"],
  },
  {
    row: "an uninstall again, whatever its time",
    known: { remembered: seenUninstall, installation: uninstalled },
    event: uninstallEvent,
    wanted: ["accepted", "duplicate", ""],
  },
  {
    row: "an uninstall again under another idempotency key",
    known: { installation: uninstalled },
    event: { ...uninstallEvent, idempotencyKey: "uninstall:again" },
    wanted: ["accepted", "duplicate", "remember"],
  },
  {
    row: "an uninstall of an installation never seen",
    known: {},
    event: uninstallEvent,
    wanted: ["accepted", "tombstone", "remember, insert uninstalled"],
  },
  {
    row: "the install that comes after its uninstall",
    known: { installation: tombstone },
    event: installEvent,
    wanted: ["accepted", "late-install", "remember"],
  },
  {
    row: "a late duplicate of the install after the uninstall",
    known: { remembered: seen, installation: uninstalled },
    event: installEvent,
    wanted: ["accepted", "late-install", ""],
  },
  {
    row: "the same with another key: it is not stored",
    known: { remembered: seen, installation: uninstalled },
    event: { ...installEvent, keyHashes: ["ring.key-2"] },
    wanted: ["accepted", "late-install", ""],
  },
  {
    row: "an uninstall of a superseded installation: its work was done when it was superseded",
    known: { installation: superseded },
    event: uninstallEvent,
    wanted: ["accepted", "uninstalled", "remember, end instapp_1 uninstalled"],
  },
  {
    row: "an uninstall of a revoked installation",
    known: { installation: revoked },
    event: uninstallEvent,
    wanted: ["accepted", "uninstalled", "remember, end instapp_1 uninstalled, start on-uninstall"],
  },
  // The same idempotency key with a different body.
  {
    row: "the same idempotency key, another body",
    known: { remembered: seen, installation: active },
    event: { ...installEvent, fingerprint: "body-2" },
    wanted: ["conflict", "idempotency_key_reused"],
  },
  {
    row: "the same idempotency key, another organization",
    known: { remembered: seen, installation: active },
    event: { ...installEvent, organizationId: "org_2" },
    wanted: ["conflict", "idempotency_key_reused"],
  },
  {
    row: "an uninstall under a used idempotency key, another body",
    known: { remembered: seenUninstall, installation: uninstalled },
    event: { ...uninstallEvent, fingerprint: "gone-2" },
    wanted: ["conflict", "idempotency_key_reused"],
  },
  {
    row: "only the key differs, and the stored one works",
    known: { remembered: seen, installation: active },
    event: { ...installEvent, keyHashes: ["ring.key-2"] },
    wanted: ["conflict", "key_differs"],
  },
  {
    row: "only the key differs, and the stored one was rejected: the new one is taken",
    known: { remembered: seen, installation: revoked },
    event: { ...installEvent, keyHashes: ["ring.key-2"] },
    wanted: ["accepted", "new-key", "renew, seal-key, start on-install"],
  },
  {
    row: "the same, but a newer installation has taken its place",
    known: { remembered: seen, installation: revoked, rivals: ["instapp_2"] },
    event: { ...installEvent, keyHashes: ["ring.key-2"] },
    wanted: ["conflict", "key_differs"],
  },
  {
    row: "the rejected key once more",
    known: { remembered: seen, installation: revoked },
    event: installEvent,
    wanted: ["accepted", "duplicate", ""],
  },
  {
    row: "the same key, hashed by an older ring key",
    known: { remembered: seen, installation: active },
    event: { ...installEvent, keyHashes: ["new.key-1", "ring.key-1"] },
    wanted: ["accepted", "duplicate", ""],
  },
  // Another idempotency key for a known installation, and another tenant.
  {
    row: "a known installation under another idempotency key",
    known: { installation: active },
    event: { ...installEvent, idempotencyKey: "install:other" },
    wanted: ["accepted", "duplicate", "remember"],
  },
  {
    row: "a known installation with other particulars",
    known: { installation: active },
    event: { ...installEvent, idempotencyKey: "install:other", fingerprint: "body-2" },
    wanted: ["conflict", "installation_differs"],
  },
  {
    row: "an install whose key names another installation",
    known: {},
    event: { ...installEvent, idempotencyKey: "install:instapp_12" },
    wanted: ["conflict", "idempotency_key_of_another"],
  },
  {
    row: "an uninstall whose key names another installation",
    known: { installation: active },
    event: { ...uninstallEvent, idempotencyKey: "uninstall:instapp_2" },
    wanted: ["conflict", "idempotency_key_of_another"],
  },
  {
    row: "a key that says more than the installation",
    known: { installation: active },
    event: { ...installEvent, idempotencyKey: "install:instapp_1:again" },
    wanted: ["accepted", "duplicate", "remember"],
  },
  {
    row: "an install that names another instance",
    known: { installation: active },
    event: { ...installEvent, idempotencyKey: "install:other", instanceId: "inst_2" },
    wanted: ["conflict", "installation_of_another_tenant"],
  },
  {
    row: "an uninstall that names another instance",
    known: { installation: active },
    event: { ...uninstallEvent, instanceId: "inst_2" },
    wanted: ["conflict", "installation_of_another_tenant"],
  },
  {
    row: "an uninstall of the later edition, without an organization",
    known: { installation: active },
    event: { ...uninstallEvent, organizationId: undefined },
    wanted: ["accepted", "uninstalled", "remember, end instapp_1 uninstalled, start on-uninstall"],
  },
  {
    row: "only the key differs, and Cloud refuses the stored one for now: the new one is taken",
    known: { remembered: seen, installation: suspended },
    event: { ...installEvent, keyHashes: ["ring.key-2"] },
    wanted: ["accepted", "new-key", "renew, seal-key, start on-install"],
  },
  // A 401, within the grace time and after it; Cloud's own word and anybody's.
  ...(["revoked", "refused", "unclear"] as const).map((answer) => ({
    row: `${answer} within the grace time`,
    known: { installation: { ...active, keyStoredAt: now - grace + 1 } },
    event: answered(answer),
    wanted: ["accepted", "not-a-verdict", ""] as const,
  })),
  {
    row: "Cloud's own key_revoked after the grace time",
    known: { installation: active },
    event: answered("revoked"),
    wanted: ["accepted", "key-revoked", "end instapp_1 revoked"],
  },
  {
    row: "Cloud's own key_revoked about a suspended one",
    known: { installation: suspended },
    event: answered("revoked"),
    wanted: ["accepted", "key-revoked", "end instapp_1 revoked"],
  },
  {
    row: "key_revoked, and the key arrived in a future that a wrong clock saw: its grace time is over",
    known: { installation: { ...active, keyStoredAt: now + 400 * 24 * 3_600_000 } },
    event: answered("revoked"),
    wanted: ["accepted", "key-revoked", "end instapp_1 revoked"],
  },
  {
    row: "any other 401 after the grace time: the key is kept, and Cloud is asked again",
    known: { installation: active },
    event: answered("refused"),
    wanted: ["accepted", "suspended", "suspend, start ask-cloud"],
  },
  {
    row: "any other 401 about one that is suspended already",
    known: { installation: suspended },
    event: answered("refused"),
    wanted: ["accepted", "not-a-verdict", ""],
  },
  {
    row: "any other 401 while many are refused: a fault between here and Cloud",
    known: { installation: active },
    event: answered("refused", { manyRefused: true }),
    wanted: ["accepted", "not-a-verdict", ""],
  },
  {
    row: "no clear answer",
    known: { installation: active },
    event: answered("unclear"),
    wanted: ["accepted", "not-a-verdict", ""],
  },
  {
    row: "Cloud takes the key",
    known: { installation: active },
    event: answered("accepted"),
    wanted: ["accepted", "confirmed", ""],
  },
  {
    row: "Cloud takes the key of a suspended one: it comes back",
    known: { installation: suspended },
    event: answered("accepted"),
    wanted: ["accepted", "resumed", "resume"],
  },
  {
    row: "an answer about a key that was replaced meanwhile",
    known: { installation: { ...active, keyHash: "ring.key-2" } },
    event: answered("revoked"),
    wanted: ["accepted", "not-a-verdict", ""],
  },
  {
    row: "an answer after the uninstall",
    known: { installation: uninstalled },
    event: answered("revoked"),
    wanted: ["accepted", "not-a-verdict", ""],
  },
  // A second installation arrives, and only Cloud knows which of the two is the one.
  {
    row: "the older key is revoked: the older is superseded",
    known: { installation: active, contests: [asOlder] },
    event: answered("revoked"),
    wanted: ["accepted", "superseded", "end instapp_1 superseded, start on-uninstall"],
  },
  {
    row: "the older key is taken: the newer is the one Cloud had cancelled",
    known: { installation: active, contests: [asOlder] },
    event: answered("accepted"),
    wanted: ["accepted", "cancelled", "end instapp_2 cancelled, start on-uninstall"],
  },
  {
    row: "the newer key is revoked: it is the one Cloud had cancelled",
    known: { installation: active, contests: [asNewer] },
    event: answered("revoked"),
    wanted: ["accepted", "cancelled", "end instapp_1 cancelled, start on-uninstall"],
  },
  {
    row: "the newer key is taken: the older is superseded",
    known: { installation: active, contests: [asNewer] },
    event: answered("accepted"),
    wanted: ["accepted", "superseded", "end instapp_0 superseded, start on-uninstall"],
  },
  ...(["refused", "unclear"] as const).flatMap((answer) => [
    {
      row: `the older key: ${answer}, for a day of hours: the newer is believed`,
      known: { installation: suspended, contests: [onceMore] },
      event: answered(answer, { manyRefused: true }),
      wanted: ["accepted", "superseded", "end instapp_1 superseded, start on-uninstall"] as const,
    },
    {
      row: `the older key: ${answer}, for less than a day: the hour is counted`,
      known: { installation: suspended, contests: [{ ...onceMore, openHours: hoursBelieved - 2 }] },
      event: answered(answer),
      wanted: ["accepted", "not-a-verdict", `count-hour ${hoursBelieved - 1}`] as const,
    },
    {
      // A clock that was ahead for a moment made each contest a year old, and the older one's key was destroyed.
      row: `the older key: ${answer}, a year later by the clock: one hour more`,
      known: { installation: suspended, contests: [{ ...asOlder, openHours: 1, countedAt: longAgo }] },
      event: answered(answer),
      wanted: ["accepted", "not-a-verdict", "count-hour 2"] as const,
    },
    {
      row: `the older key: ${answer}, and counted less than an hour ago`,
      known: {
        installation: suspended,
        contests: [{ ...onceMore, countedAt: now - hourMilliseconds + 1 }],
      },
      event: answered(answer),
      wanted: ["accepted", "not-a-verdict", ""] as const,
    },
    {
      row: `the older key: ${answer}, and counted in a future that a wrong clock saw: that was no hour`,
      known: { installation: suspended, contests: [{ ...onceMore, countedAt: now + 3 * 3_600_000 }] },
      event: answered(answer),
      wanted: ["accepted", "not-a-verdict", `count-hour ${hoursBelieved - 2}`] as const,
    },
    {
      row: `the newer key: ${answer}: of the older one that says nothing`,
      known: { installation: suspended, contests: [{ ...asNewer, openHours: hoursBelieved }] },
      event: answered(answer),
      wanted: ["accepted", "not-a-verdict", ""] as const,
    },
  ]),
  {
    row: "the older key: refused for the first time",
    known: { installation: active, contests: [asOlder] },
    event: answered("refused"),
    wanted: ["accepted", "suspended", "count-hour 1, suspend, start ask-cloud"],
  },
  {
    row: "an install again of one that was cancelled",
    known: { remembered: seen, installation: { ...superseded, status: "cancelled" } },
    event: installEvent,
    wanted: ["accepted", "late-install", ""],
  },
];

describe("contract section 5, row by row", () => {
  test.each(cases)("$row", ({ known, event, wanted }) => {
    const decision = decide({ rivals: [], ...known }, event, now);
    const changes = decision.outcome === "accepted" ? decision.changes.map(inShort).join(", ") : undefined;
    expect([decision.outcome, decision.because, changes]).toEqual([wanted[0], wanted[1], wanted[2]]);
  });
});

function inShort(change: Change): string {
  if (change.change === "end") return `end ${change.installedAppId} ${change.status}`;
  if (change.change === "insert") return `insert ${change.status}`;
  if (change.change === "contest") return `contest ${change.olderId} ${change.newerId}`;
  if (change.change === "count-hour") return `count-hour ${change.hours}`;
  return change.change === "start" ? `start ${change.work}` : change.change;
}

/** A world of stored things, as small as the decision needs it: applies what was decided. */
type World = {
  readonly events: ReadonlyMap<string, { fingerprint: string; organizationId: string | undefined }>;
  readonly installations: ReadonlyMap<string, KnownInstallation>;
  readonly contests: readonly Contest[];
  readonly started: readonly string[];
};

const emptyWorld: World = { events: new Map(), installations: new Map(), contests: [], started: [] };

function knownTo(world: World, event: EventFacts): Known {
  const rivals = [...world.installations.values()].filter(
    (other) =>
      event.kind === "install" &&
      other.status === "active" &&
      other.installedAppId !== event.installedAppId &&
      other.instanceId === event.instanceId,
  );
  return {
    remembered: event.kind === "key-answered" ? undefined : world.events.get(event.idempotencyKey),
    installation: world.installations.get(event.installedAppId),
    rivals: rivals.map((rival) => rival.installedAppId),
    contests: world.contests.filter(({ olderId, newerId }) =>
      [olderId, newerId].includes(event.installedAppId),
    ),
  };
}

function applied(world: World, event: EventFacts, time: number): World {
  const decision = decide(knownTo(world, event), event, time);
  if (decision.outcome === "conflict") return world;
  return decision.changes.reduce((next, change) => changed(next, change, event), world);
}

function changed(world: World, change: Change, event: EventFacts): World {
  const installations = new Map(world.installations);
  const events = new Map(world.events);
  if (change.change === "start") {
    return { ...world, started: [...world.started, `${change.work} ${change.installedAppId}`] };
  }
  if (change.change === "contest") {
    const { olderId, newerId, at } = change;
    const begun = { olderId, newerId, since: at, openHours: 0, countedAt: undefined };
    return { ...world, contests: [...world.contests, begun] };
  }
  if (change.change === "count-hour") {
    const { olderId, newerId, hours, at } = change;
    const contests = world.contests.map((each) =>
      each.olderId === olderId && each.newerId === newerId
        ? { ...each, openHours: hours, countedAt: at }
        : each,
    );
    return { ...world, contests };
  }
  if (change.change === "remember" && event.kind !== "key-answered") {
    events.set(event.idempotencyKey, {
      fingerprint: event.fingerprint,
      organizationId: event.organizationId,
    });
  }
  if (change.change === "insert" && event.kind !== "key-answered") {
    const install = event.kind === "install" ? event : undefined;
    installations.set(event.installedAppId, {
      ...event,
      status: change.status,
      fingerprint: install?.fingerprint,
      keyHash: install?.keyHashes[0],
      keyStoredAt: install === undefined ? undefined : change.at,
      suspendedAt: undefined,
    });
  }
  const record = installations.get(event.installedAppId);
  if (change.change === "renew" && record !== undefined && event.kind === "install") {
    const renewed = {
      ...record,
      status: "active" as const,
      keyHash: event.keyHashes[0],
      keyStoredAt: change.at,
      suspendedAt: undefined,
    };
    installations.set(event.installedAppId, renewed);
  }
  if ((change.change === "suspend" || change.change === "resume") && record !== undefined) {
    const suspendedAt = change.change === "suspend" ? change.at : undefined;
    installations.set(event.installedAppId, { ...record, suspendedAt });
  }
  if (change.change === "end") {
    const ended = installations.get(change.installedAppId);
    if (ended === undefined) throw new Error("Only what is known can end.");
    const keyHash = change.status === "revoked" ? ended.keyHash : undefined;
    const endedRecord = {
      ...ended,
      status: change.status,
      keyHash,
      keyStoredAt: undefined,
      suspendedAt: undefined,
    };
    installations.set(change.installedAppId, endedRecord);
    const contests = world.contests.filter(
      ({ olderId, newerId }) => ![olderId, newerId].includes(change.installedAppId),
    );
    return { ...world, installations, events, contests };
  }
  return { ...world, installations, events };
}

const anyEvent: fc.Arbitrary<EventFacts> = fc
  .record({
    kind: fc.constantFrom("install", "uninstall", "accepted", "revoked", "refused", "unclear"),
    installation: fc.integer({ min: 1, max: 4 }),
    key: fc.integer({ min: 1, max: 2 }),
    body: fc.integer({ min: 1, max: 20 }).map((body) => (body === 20 ? "other" : "same")),
  })
  .map(({ kind, installation, key, body }): EventFacts => {
    const installedAppId = `instapp_${installation}`;
    const tenant = { appId: "app_1", organizationId: "org_1", instanceId: `inst_${installation % 2}` };
    const keyHashes = [`ring.${installation}-${key}`];
    const fingerprint = `${kind} ${installedAppId} ${body}`;
    const idempotencyKey = `${kind}:${installedAppId}`;
    if (kind === "uninstall") return { kind, installedAppId, idempotencyKey, ...tenant, fingerprint };
    if (kind !== "install") {
      const facts = { graceMilliseconds: 5, manyRefused: false };
      return { kind: "key-answered", installedAppId, keyHashes, answer: kind, ...facts };
    }
    const grantedPermissions = ["data:read"] as const;
    return {
      kind: "install",
      installedAppId,
      idempotencyKey,
      ...tenant,
      grantedPermissions,
      apiKeyPrefix: "blnk_abc",
      fingerprint,
      keyHashes,
    };
  });

/** Two active ones of one instance of which Cloud is not asked which one is. */
function uncontestedPairs(world: World): readonly string[] {
  const running = [...world.installations.values()].filter(({ status }) => status === "active");
  return running.flatMap((one) =>
    running
      .filter((other) => other.instanceId === one.instanceId && other.installedAppId < one.installedAppId)
      .filter((other) => {
        const pair = [one.installedAppId, other.installedAppId];
        return !world.contests.some(
          ({ olderId, newerId }) => pair.includes(olderId) && pair.includes(newerId),
        );
      })
      .map((other) => `${one.installedAppId} and ${other.installedAppId}`),
  );
}

describe("random orders of events", () => {
  const histories = fc.array(anyEvent, { maxLength: 30 });

  test("two are active in one instance only while Cloud is asked, and what was uninstalled never comes back", () => {
    fc.assert(
      fc.property(histories, (events) => {
        const gone = new Set<string>();
        events.reduce((world, event, time) => {
          const next = applied(world, event, time);
          for (const record of next.installations.values()) {
            if (record.status === "uninstalled") gone.add(record.installedAppId);
            if (gone.has(record.installedAppId)) expect(record.status).toBe("uninstalled");
            if (record.status !== "active" && record.status !== "revoked") {
              expect(record.keyHash).toBeUndefined();
            }
          }
          expect(uncontestedPairs(next)).toEqual([]);
          return next;
        }, emptyWorld);
      }),
    );
  });

  test("a duplicate right after its event changes nothing", () => {
    fc.assert(
      fc.property(histories, (events) => {
        events.reduce((world, event, time) => {
          const once = applied(world, event, time);
          expect(applied(once, event, time)).toEqual(once);
          return once;
        }, emptyWorld);
      }),
    );
  });

  test("install work starts once for each key that was taken, uninstall work at most once", () => {
    fc.assert(
      fc.property(histories, (events) => {
        const world = events.reduce((current, event, time) => applied(current, event, time), emptyWorld);
        for (const id of world.installations.keys()) {
          expect(world.started.filter((work) => work === `on-uninstall ${id}`).length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test("whatever the order, an installation whose uninstall was acknowledged ends uninstalled", () => {
    const both = [installEvent, installEvent, uninstallEvent, uninstallEvent];
    fc.assert(
      fc.property(fc.shuffledSubarray(both, { minLength: both.length }), (events) => {
        const world = events.reduce((current, event, time) => applied(current, event, time), emptyWorld);
        expect(world.installations.get("instapp_1")?.status).toBe("uninstalled");
      }),
    );
  });
});
