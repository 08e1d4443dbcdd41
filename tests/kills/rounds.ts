/**
 * Rounds of SIGKILL under load: fifty connections install, uninstall, repeat and
 * launch while the app dies at an injected line or at a random time; then it is
 * started again and held to every answer it ever gave.
 */
import { readFileSync } from "node:fs";
import { Book, type Entry, installEvent, portalRequest, uninstallEvent } from "./book.ts";
import { type KillStore, type KillStoreName, openKillStore } from "./stores.ts";
import { knock, type Outcome, startVictim, type Victim } from "./victim-process.ts";

export type KillReport = {
  readonly rounds: number;
  readonly installs: number;
  readonly uninstalls: number;
  /** Requests that the process took with it. */
  readonly unanswered: number;
  /** What was promised and not kept; empty when all is well. */
  readonly broken: readonly string[];
};

export type KillOptions = {
  readonly rounds: number;
  /** `sqlite` unless said otherwise. */
  readonly store?: KillStoreName;
  /** Places in the code where the process kills itself, taken in turn with random times. */
  readonly crashPoints: readonly string[];
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
  crashPoints,
  random = Math.random,
  report,
}: KillOptions): Promise<KillReport> {
  const kept = await openKillStore(store);
  const book = new Book();
  const broken: string[] = [];
  let unanswered = 0;
  let port = 0;
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const crashAt = chooseCrash(round, crashPoints, random);
      const victim = await startVictim({ ...kept, port, ...(crashAt === undefined ? {} : { crashAt }) });
      port = victim.port;
      unanswered += await loadUntilDead(victim, book, random);
      broken.push(...(await holdToItsWord(kept, port, book, random)));
      report?.(
        `round ${round}: ${crashAt ?? "random time"}, ${book.entries.length} installs so far, ${broken.length} broken`,
      );
    }
    broken.push(...keysInClear(kept, book), ...(await recordsTwice(kept)), ...(await hooksLost(kept)));
    return { rounds, installs: book.entries.length, uninstalls: book.uninstallCount, unanswered, broken };
  } finally {
    await kept.remove();
  }
}

function chooseCrash(
  round: number,
  crashPoints: readonly string[],
  random: () => number,
): string | undefined {
  if (round % 2 === 0 || crashPoints.length === 0) return undefined;
  const point = crashPoints[Math.floor(round / 2) % crashPoints.length];
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

/** Starts the app unharmed, and asks for everything it acknowledged. Events in doubt are sent again, as Cloud would. */
async function holdToItsWord(
  kept: KillStore,
  port: number,
  book: Book,
  random: () => number,
): Promise<readonly string[]> {
  const victim = await startVictim({ ...kept, port });
  const broken: string[] = [];
  for (const entry of book.entries) {
    if (entry.uninstall === "in doubt") await uninstall(victim, book, entry);
    else if (entry.install === "in doubt") await install(victim, book, entry);
  }
  for (const entry of book.installed(checkedPerRound, random)) {
    const outcome = await knock(victim, "portal", portalRequest(entry));
    if (outcome === "no answer" || outcome.status !== 200)
      broken.push(`${entry.id} was acknowledged, but cannot be launched: ${shown(outcome)}`);
  }
  for (const entry of book.uninstalled(checkedPerRound, random)) {
    const outcome = await knock(victim, "portal", portalRequest(entry));
    const refused =
      outcome !== "no answer" &&
      outcome.status >= 400 &&
      outcome.status < 500 &&
      outcome.body["portal_url"] === undefined;
    if (!refused) broken.push(`${entry.id} was uninstalled, but is not refused: ${shown(outcome)}`);
  }
  const open = book.entries.filter((entry) => entry.install === "in doubt" && entry.uninstall === "not sent");
  broken.push(...open.map((entry) => `${entry.id} cannot be installed by sending the event again`));
  victim.kill();
  await victim.ended;
  return broken;
}

/** Whatever looks like a key is looked up among those sent: thousands of keys, one reading of each file. */
function keysInClear(kept: KillStore, book: Book): readonly string[] {
  const owners = new Map(book.entries.map((entry) => [entry.key, entry.id]));
  return kept.files().flatMap((file) => {
    const seen = readFileSync(file, "latin1").match(/blnk_[0-9a-f]{48}/g) ?? [];
    return seen
      .filter((key) => owners.has(key))
      .map((key) => `the key of ${owners.get(key)} is in clear in ${file}`);
  });
}

/** No id stands in two records, and no install has two runs of its hook: asked of the tables, past every door. */
async function recordsTwice(kept: KillStore): Promise<readonly string[]> {
  const twice = (table: string, where: string) =>
    kept.query(
      `SELECT installed_app_id AS id, count(*) AS records FROM ${table} WHERE ${where} GROUP BY installed_app_id HAVING count(*) > 1`,
    );
  const records = await twice("annex.installations", "1 = 1");
  const hooks = await twice("annex.runs", "job = '@on-install'");
  return [
    ...records.map((row) => `${String(row["id"])} has ${String(row["records"])} records`),
    ...hooks.map((row) => `${String(row["id"])} has ${String(row["records"])} runs of its hook`),
  ];
}

/** What an install causes is there with it: an active installation without the run of its hook lost it. */
async function hooksLost(kept: KillStore): Promise<readonly string[]> {
  const rows = await kept.query(
    `SELECT i.installed_app_id AS id FROM annex.installations i WHERE i.status = 'active' AND NOT EXISTS
      (SELECT 1 FROM annex.runs r WHERE r.installed_app_id = i.installed_app_id AND r.job = '@on-install')`,
  );
  return rows.map((row) => `${String(row["id"])} is installed, and its hook is lost`);
}

function shown(outcome: Outcome): string {
  return outcome === "no answer" ? outcome : `${outcome.status} ${JSON.stringify(outcome.body)}`;
}
