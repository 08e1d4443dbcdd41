/**
 * Several replicas on one PostgreSQL server under a load of events, each sent five times to whichever replica comes,
 * while replicas die and the server is restarted twice, once in an orderly way and once not. Then everything that was
 * acknowledged is looked for, past every door.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Book, type Entry, installEvent, uninstallEvent } from "./book.ts";
import { type Death, type Fleet, startFleet } from "./fleet.ts";
import { effectsTwice, hooksLost, keysInClear, recordsTwice, untilQuiet, workUndone } from "./looks.ts";
import type { Broken, PromiseKind } from "./promises.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { openServerStore, type ServerStore } from "./stores.ts";
import { knock } from "./victim-process.ts";

export type ReplicasOptions = {
  readonly replicas: number;
  /** How long events are sent and replicas die. */
  readonly seconds: number;
  readonly eventsPerSecond: number;
  /** From one death to the next. */
  readonly killEverySeconds: number;
  /** Cron, with seconds. */
  readonly schedule: string;
  /** How long Cloud waits for an answer: ten seconds unless given. */
  readonly answerSeconds?: number;
  /** When what a dead replica worked must be in other hands: fifteen seconds unless given. */
  readonly takeOverSeconds?: number;
  readonly random?: () => number;
  readonly report?: (line: string) => void;
};

export type ReplicasReport = {
  readonly installs: number;
  readonly uninstalls: number;
  readonly kills: number;
  readonly ticks: number;
  /** Runs that were in the hands of a replica when it died. */
  readonly orphans: number;
  /** In milliseconds. */
  readonly slowestAnswer: number;
  readonly slowestTakeOver: number;
  readonly broken: readonly Broken[];
};

/** What this run looks at. */
export const replicaPromises: readonly PromiseKind[] = [
  "lost",
  "twice",
  "effects",
  "keys",
  "undone",
  "late",
  "ticks",
  "takenUpLate",
];

const copies = 5;
/** Copies of one event come within this time, as from a Cloud that repeats what it heard no answer to. */
const copiesWithin = 400;

/** What the parts of a run share. */
type Ground = {
  readonly kept: ServerStore;
  readonly book: Book;
  readonly random: () => number;
  readonly broken: Broken[];
  /** In milliseconds. */
  readonly limits: { readonly answer: number; readonly takeOver: number };
  readonly slowest: { answer: number; takeOver: number };
  readonly acknowledgedAt: Map<Entry, number>;
};

type Stage = Ground & { readonly fleet: Fleet };

export async function runReplicas(options: ReplicasOptions): Promise<ReplicasReport> {
  const { random = Math.random, answerSeconds = 10, takeOverSeconds = 15, report } = options;
  const kept = await openServerStore();
  const receiver = await startReceiver();
  const ground: Ground = {
    kept,
    book: new Book(),
    random,
    broken: [],
    limits: { answer: answerSeconds * 1000, takeOver: takeOverSeconds * 1000 },
    slowest: { answer: 0, takeOver: 0 },
    acknowledgedAt: new Map(),
  };
  const { book, broken, slowest } = ground;
  const takeOvers: Promise<number>[] = [];
  const fleet = await startFleet({
    kept,
    size: options.replicas,
    receiver: receiver.url,
    schedule: options.schedule,
    random,
    onDeath: (death) => takeOvers.push(watchOrphans(ground, death)),
  });
  const stage: Stage = { ...ground, fleet };
  try {
    const until = performance.now() + options.seconds * 1000;
    await Promise.all([
      sendEvents(stage, options.eventsPerSecond, until),
      killReplicas(fleet, options.killEverySeconds, until, random),
      restartServer(kept, options.seconds, report),
    ]);
    await fleet.calm();
    report?.(
      `${book.entries.length} installs sent, ${fleet.kills()} replicas died; waiting for what is under way`,
    );
    broken.push(...(await untilQuiet(kept)));
    const orphans = (await Promise.all(takeOvers)).reduce((sum, count) => sum + count, 0);
    await fleet.stop();
    broken.push(...(await lookForEverything(stage, receiver)));
    const ticks = await lookForTicks(stage);
    const kills = fleet.kills();
    return {
      installs: book.entries.length,
      uninstalls: book.uninstallCount,
      kills,
      ticks,
      orphans,
      slowestAnswer: slowest.answer,
      slowestTakeOver: slowest.takeOver,
      broken,
    };
  } finally {
    await fleet.stop();
    receiver.close();
    await kept.remove();
  }
}

async function sendEvents(stage: Stage, perSecond: number, until: number): Promise<void> {
  const { book, random } = stage;
  const underWay: Promise<void>[] = [];
  while (performance.now() < until) {
    const toEnd = random() < 0.25 ? book.installed(1, random)[0] : undefined;
    underWay.push(toEnd === undefined ? sendInstall(stage, book.open()) : sendUninstall(stage, toEnd));
    await pause(1000 / perSecond);
  }
  await Promise.all(underWay);
}

async function sendInstall(stage: Stage, entry: Entry): Promise<void> {
  await sendCopies(stage, `the install of ${entry.id}`, installEvent(entry), () => {
    stage.book.acknowledgeInstall(entry);
    if (!stage.acknowledgedAt.has(entry)) stage.acknowledgedAt.set(entry, Date.now());
  });
}

async function sendUninstall(stage: Stage, entry: Entry): Promise<void> {
  entry.uninstall = "in doubt";
  await sendCopies(stage, `the uninstall of ${entry.id}`, uninstallEvent(entry), () =>
    stage.book.acknowledgeUninstall(entry),
  );
}

async function sendCopies(
  stage: Stage,
  what: string,
  event: unknown,
  acknowledged: () => void,
): Promise<void> {
  const send = async () => {
    await pause(stage.random() * copiesWithin);
    await deliver(stage, what, event, acknowledged);
  };
  await Promise.all(Array.from({ length: copies }, send));
}

/** As through a balancer: whoever is gone, or cannot take it, is passed over, until somebody has said yes. */
async function deliver(stage: Stage, what: string, event: unknown, acknowledged: () => void): Promise<void> {
  const began = performance.now();
  for (;;) {
    const victim = stage.fleet.any();
    const outcome = victim === undefined ? "no answer" : await knock(victim, "callback", event);
    const took = performance.now() - began;
    stage.slowest.answer = Math.max(stage.slowest.answer, took);
    if (took > stage.limits.answer) {
      stage.broken.push({ kind: "late", what: `${what} was answered after ${Math.round(took)} ms` });
      return;
    }
    if (outcome !== "no answer" && outcome.status === 200) return acknowledged();
    if (outcome !== "no answer" && outcome.status < 500) {
      stage.broken.push({ kind: "lost", what: `${what} was refused with ${outcome.status}` });
      return;
    }
    await pause(50);
  }
}

async function killReplicas(fleet: Fleet, every: number, until: number, random: () => number): Promise<void> {
  while (performance.now() < until) {
    await pause(every * 1000 * (0.5 + random()));
    fleet.killOne();
  }
}

async function restartServer(
  { server }: ServerStore,
  seconds: number,
  report: ReplicasOptions["report"],
): Promise<void> {
  await pause((seconds * 1000) / 3);
  await server.restart();
  report?.("PostgreSQL was restarted");
  await pause((seconds * 1000) / 3);
  await server.crash();
  report?.("PostgreSQL crashed and recovered");
}

/** Until each run that a dead replica held has been begun by another, or has ended; gives how many there were. */
async function watchOrphans({ kept, slowest, broken, limits }: Ground, { host, at }: Death): Promise<number> {
  const held = await kept.query(
    `SELECT run_number, fence FROM annex.runs WHERE status = 'running' AND worker LIKE '%"host":"${host}"%'`,
  );
  if (held.length === 0) return 0;
  const pairs = held.map((row) => `(${String(row["run_number"])}, ${String(row["fence"])})`).join(", ");
  const waiting = `SELECT run_number FROM annex.runs WHERE (run_number, fence) IN (${pairs}) AND status IN ('running', 'queued')`;
  for (;;) {
    const left = (await kept.query(waiting)).length;
    const took = performance.now() - at;
    if (left === 0) {
      slowest.takeOver = Math.max(slowest.takeOver, took);
      return held.length;
    }
    if (took > limits.takeOver) {
      broken.push({ kind: "takenUpLate", what: `${left} runs of ${host} wait after ${Math.round(took)} ms` });
      return held.length;
    }
    await pause(100);
  }
}

async function lookForEverything({ kept, book }: Stage, receiver: Receiver): Promise<readonly Broken[]> {
  return [
    ...(await acknowledgedLost(kept, book)),
    ...(await recordsTwice(kept)),
    ...(await hooksLost(kept)),
    ...(await workUndone(kept, receiver)),
    ...effectsTwice(receiver),
    ...keysInClear(kept, book),
  ];
}

async function acknowledgedLost(kept: ServerStore, book: Book): Promise<readonly Broken[]> {
  const rows = await kept.query("SELECT installed_app_id AS id, status FROM annex.installations");
  const statuses = new Map(rows.map((row) => [String(row["id"]), String(row["status"])]));
  return book.entries.flatMap(({ id, install, uninstall }): readonly Broken[] => {
    const status = statuses.get(id) ?? "not there";
    const isInstalled = install === "acknowledged" && uninstall === "not sent";
    const wanted = uninstall === "acknowledged" ? "uninstalled" : isInstalled ? "active" : status;
    return status === wanted
      ? []
      : [{ kind: "lost", what: `${id} is ${status}, and was acknowledged ${wanted}` }];
  });
}

/** Each tick that was dealt with has one run for each installation that was acknowledged before it; how many ticks. */
async function lookForTicks({ kept, book, broken, acknowledgedAt }: Stage): Promise<number> {
  const keys = await kept.query("SELECT installed_app_id AS id, key FROM annex.run_keys WHERE job = 'tick'");
  const runs = await kept.query(
    "SELECT installed_app_id AS id, count(*)::int AS runs FROM annex.runs WHERE job = 'tick' GROUP BY 1",
  );
  const runsOf = new Map(runs.map((row) => [String(row["id"]), Number(row["runs"])]));
  const ticks = new Set(keys.map((row) => String(row["key"])));
  const known = new Set(keys.map((row) => `${String(row["id"])} ${String(row["key"])}`));
  for (const entry of book.entries) {
    if (entry.uninstall !== "not sent" || entry.install !== "acknowledged") continue;
    const since = acknowledgedAt.get(entry) ?? Number.POSITIVE_INFINITY;
    const due = [...ticks].filter((tick) => Date.parse(tick.slice(tick.lastIndexOf("/") + 1)) >= since);
    const missing = due.filter((tick) => !known.has(`${entry.id} ${tick}`));
    const had = [...ticks].filter((tick) => known.has(`${entry.id} ${tick}`)).length;
    const extra = (runsOf.get(entry.id) ?? 0) - had;
    if (missing.length > 0 || extra !== 0)
      broken.push({
        kind: "ticks",
        what: `${entry.id} lacks ${missing.length} ticks and has ${extra} too many`,
      });
  }
  return ticks.size;
}
