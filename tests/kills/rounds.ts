/**
 * Rounds of SIGKILL under load: fifty connections install, uninstall, repeat and
 * launch while the app dies at an injected line or at a random time; then it is
 * started again and held to every answer it ever gave.
 */
import { Book, type Entry, installEvent, portalRequest, uninstallEvent } from "./book.ts";
import { runCrashPoints } from "./crash-points.ts";
import { effectsTwice, hooksLost, keysInClear, recordsTwice, untilQuiet, workUndone } from "./looks.ts";
import type { Broken, PromiseKind } from "./promises.ts";
import { startReceiver } from "./receiver.ts";
import { type KillStore, type KillStoreName, openKillStore } from "./stores.ts";
import { knock, type Outcome, startVictim, type Victim } from "./victim-process.ts";

export type KillReport = {
  readonly rounds: number;
  readonly installs: number;
  readonly uninstalls: number;
  /** Requests that the process took with it. */
  readonly unanswered: number;
  /** What was promised and not kept; empty when all is well. */
  readonly broken: readonly Broken[];
};

/** What these rounds look at. */
export const roundPromises: readonly PromiseKind[] = ["lost", "twice", "effects", "keys", "undone"];

export type KillOptions = {
  readonly rounds: number;
  /** `sqlite` unless said otherwise. */
  readonly store?: KillStoreName;
  readonly random?: () => number;
  readonly report?: (line: string) => void;
};

const connections = 50;
const longestLife = 400;
/** Old entries are checked by sample, so that a long run stays linear. */
const checkedPerRound = 300;

export async function runKillRounds({
  rounds,
  store = "sqlite",
  random = Math.random,
  report,
}: KillOptions): Promise<KillReport> {
  const kept = await openKillStore(store);
  const receiver = await startReceiver();
  const home = { ...kept, receiver: receiver.url };
  const book = new Book();
  const broken: Broken[] = [];
  let unanswered = 0;
  let port = 0;
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const crashAt = chooseCrash(round, random);
      const victim = await startVictim({ ...home, port, ...(crashAt === undefined ? {} : { crashAt }) });
      port = victim.port;
      unanswered += await loadUntilDead(victim, book, random);
      broken.push(...(await holdToItsWord(home, port, book, random)));
      report?.(
        `round ${round}: ${crashAt ?? "random time"}, ${book.entries.length} installs so far, ${broken.length} broken`,
      );
    }
    broken.push(...(await finishItsWork(home, port)));
    broken.push(
      ...keysInClear(kept, book),
      ...(await recordsTwice(kept)),
      ...(await hooksLost(kept)),
      ...(await workUndone(kept, receiver)),
      ...effectsTwice(receiver),
    );
    return { rounds, installs: book.entries.length, uninstalls: book.uninstallCount, unanswered, broken };
  } finally {
    receiver.close();
    await kept.remove();
  }
}

/** Lines where the process kills itself, taken in turn with random times. */
function chooseCrash(round: number, random: () => number): string | undefined {
  if (round % 2 === 0) return undefined;
  const point = runCrashPoints[Math.floor(round / 2) % runCrashPoints.length];
  return `${point}:${1 + Math.floor(random() * 60)}`;
}

async function loadUntilDead(victim: Victim, book: Book, random: () => number): Promise<number> {
  let alive = true;
  let unanswered = 0;
  // An injected point that is not reached in time ends by the clock too.
  const timer = setTimeout(() => victim.kill(), 50 + random() * longestLife);
  const died = victim.ended.then(() => {
    alive = false;
  });
  const connection = async () => {
    while (alive) if ((await act(victim, book, random)) === "no answer") unanswered += 1;
  };
  await Promise.all(Array.from({ length: connections }, connection));
  await died;
  clearTimeout(timer);
  return unanswered;
}

async function act(victim: Victim, book: Book, random: () => number): Promise<Outcome> {
  const choice = random();
  const known = book.installed(5, random)[0];
  if (known === undefined || choice < 0.4) return install(victim, book, book.open());
  if (choice < 0.55) return install(victim, book, known);
  if (choice < 0.7) return uninstall(victim, book, known);
  if (choice < 0.75) return uninstall(victim, book, book.uninstalled(1, random)[0] ?? known);
  return knock(victim, "portal", portalRequest(known));
}

async function install(victim: Victim, book: Book, entry: Entry): Promise<Outcome> {
  const outcome = await knock(victim, "callback", installEvent(entry));
  if (outcome !== "no answer" && outcome.status === 200) book.acknowledgeInstall(entry);
  return outcome;
}

async function uninstall(victim: Victim, book: Book, entry: Entry): Promise<Outcome> {
  if (entry.uninstall === "not sent") entry.uninstall = "in doubt";
  const outcome = await knock(victim, "callback", uninstallEvent(entry));
  if (outcome !== "no answer" && outcome.status === 200) book.acknowledgeUninstall(entry);
  return outcome;
}

/** Where the victim lives and works. */
type Home = KillStore & { readonly receiver: string };

/** Starts the app unharmed, and lets it do what the installs that it acknowledged have started. */
async function finishItsWork(home: Home, port: number): Promise<readonly Broken[]> {
  const victim = await startVictim({ ...home, port });
  const undone = await untilQuiet(home);
  victim.end();
  await victim.ended;
  return undone;
}

/** Starts the app unharmed, and asks for everything it acknowledged. Events in doubt are sent again, as Cloud would. */
async function holdToItsWord(
  home: Home,
  port: number,
  book: Book,
  random: () => number,
): Promise<readonly Broken[]> {
  const victim = await startVictim({ ...home, port });
  const broken: Broken[] = [];
  for (const entry of book.entries) {
    if (entry.uninstall === "in doubt") await uninstall(victim, book, entry);
    else if (entry.install === "in doubt") await install(victim, book, entry);
  }
  for (const entry of book.installed(checkedPerRound, random)) {
    const outcome = await knock(victim, "portal", portalRequest(entry));
    if (outcome === "no answer" || outcome.status !== 200)
      broken.push(lost(`${entry.id} was acknowledged, but cannot be launched: ${shown(outcome)}`));
  }
  for (const entry of book.uninstalled(checkedPerRound, random)) {
    const outcome = await knock(victim, "portal", portalRequest(entry));
    const refused =
      outcome !== "no answer" &&
      outcome.status >= 400 &&
      outcome.status < 500 &&
      outcome.body["portal_url"] === undefined;
    if (!refused) broken.push(lost(`${entry.id} was uninstalled, but is not refused: ${shown(outcome)}`));
  }
  const open = book.entries.filter((entry) => entry.install === "in doubt" && entry.uninstall === "not sent");
  broken.push(...open.map((entry) => lost(`${entry.id} cannot be installed by sending the event again`)));
  victim.kill();
  await victim.ended;
  return broken;
}

function lost(what: string): Broken {
  return { kind: "lost", what };
}

function shown(outcome: Outcome): string {
  return outcome === "no answer" ? outcome : `${outcome.status} ${JSON.stringify(outcome.body)}`;
}
