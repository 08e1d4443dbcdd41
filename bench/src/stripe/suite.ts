/**
 * Stripe Sync's first import of 200,000 objects (`ANNEX_BENCH_OBJECTS` takes another number) into a local Cloud: how
 * long, in how many calls, in how much memory; what its page takes then; and a run after it that finds nothing new. One
 * import, whatever the rounds: it takes minutes. `ANNEX_BENCH_KILLS` kills the app so often, spread over the import: it
 * goes on, and what is in the ledger ties all the same, which is held against what Stripe owes in any case.
 */
import type { Row } from "../report.ts";
import { openPlace, type Place } from "./places.ts";

const usualObjects = 200_000;
/** Cloud is asked so often for a thousand objects, two legs each: looked up, posted and looked up again by hundreds. */
const callsPerThousand = 60;
const callsOfNothing = 10;
/** However many objects there are, in MB. */
const memoryBound = 400;

type Run = {
  readonly run_id: string;
  readonly status: string;
  readonly counts: Readonly<Record<string, number>> & { readonly all: number; readonly posted: number };
};
type Runs = { readonly data: readonly Run[] };
type Compared = { readonly currency: string; readonly ledger?: { readonly minor: string } };
type RunDetail = Run & { readonly currencies: readonly Compared[] };
type Objects = {
  readonly data: readonly { readonly id: string; readonly customer_id?: string }[];
  readonly total?: number;
};
/** How much of an import is done, from 0 to 1, and what memory the app has then. */
type Look = { readonly done: number; readonly memory: number };

export async function runStripeSuite(): Promise<readonly Row[]> {
  const objects = Number(process.env["ANNEX_BENCH_OBJECTS"] ?? usualObjects);
  const kills = Number(process.env["ANNEX_BENCH_KILLS"] ?? 0);
  const place = await openPlace(objects);
  try {
    const first = await firstImport(place, objects, kills);
    await assertTies(place, first.run);
    return [
      ...importRows(first, objects, kills),
      ...memoryRows(first),
      ...(await pageRows(place, first.run)),
      await rowOfNothing(place),
    ];
  } finally {
    await place.end();
  }
}

type FirstImport = {
  readonly run: Run;
  readonly seconds: number;
  readonly calls: number;
  readonly looks: readonly Look[];
  /** What the app held on to at the end of each quarter of the work, in MB. */
  readonly held: readonly number[];
};

async function firstImport(place: Place, objects: number, kills: number): Promise<FirstImport> {
  const began = performance.now();
  const from = new Date();
  const looks: Look[] = [];
  const held: number[] = [];
  let killed = 0;
  const run = await untilEnded(place, async ({ counts }) => {
    if (counts.all === 0) return;
    const done = (counts.all + counts.posted) / (2 * objects);
    looks.push({ done, memory: place.memory() });
    if (done >= (held.length + 1) / 4) held.push(await place.held());
    if (done < (killed + 1) / (kills + 1) || killed === kills) return;
    killed += 1;
    await place.kill();
  });
  const seconds = (performance.now() - began) / 1000;
  if (killed < kills) throw new Error(`The app was killed ${killed} times, not ${kills}.`);
  while (held.length < 4) held.push(await place.held());
  return { run, seconds, calls: await place.cloudCalls(from, new Date()), looks, held };
}

/** @throws Error unless every object is in the ledger, which holds what Stripe owes in every currency. */
async function assertTies(place: Place, { run_id, counts }: Run): Promise<void> {
  if (counts.all !== counts.posted + (counts["nothing_to_post"] ?? 0))
    throw new Error(`Not all is in the ledger: ${JSON.stringify(counts)}`);
  const { currencies } = await place.ask<RunDetail>(`/runs/${run_id}`);
  const held = new Map(currencies.map(({ currency, ledger }) => [currency, ledger?.minor]));
  const owed = await place.owed();
  for (const [currency, minor] of owed) {
    if (held.get(currency) !== minor)
      throw new Error(`The ledger holds ${held.get(currency)} ${currency}, and Stripe owes ${minor}.`);
  }
}

function importRows({ run, seconds, calls }: FirstImport, objects: number, kills: number): readonly Row[] {
  const { all } = run.counts;
  const perThousand = (calls * 1000) / all;
  const ratio = seconds / ((objects / usualObjects) * 1000);
  const killed = kills === 0 ? "" : `, killed ${kills} times`;
  return [
    row(`first import, ${all} objects${killed}`, "1,000 s for 200,000", ratio, seconds, "s", 1, 2),
    row(
      "calls of Cloud for 1,000 objects",
      `${callsPerThousand}`,
      perThousand / callsPerThousand,
      perThousand,
      "",
      1,
      1.5,
    ),
  ];
}

function memoryRows({ looks, held }: FirstImport): readonly Row[] {
  const early = looks[Math.floor(looks.length / 4)]?.memory ?? Number.NaN;
  const most = Math.max(...looks.map(({ memory }) => memory));
  const quarters = [1, 2, 3, 4].map((quarter) => {
    const own = looks.filter(({ done }) => Math.min(4, Math.floor(done * 4) + 1) === quarter);
    const memory = Math.max(...own.map((look) => look.memory));
    return row(`… in quarter ${quarter} of the work`, "the same", memory / early, memory, "MB", 1.3, 1.6);
  });
  const heldRows = held.map((memory, index) => {
    const ratio = memory / (held[0] ?? Number.NaN);
    return row(
      `held by the app after quarter ${index + 1}`,
      "after the first",
      ratio,
      memory,
      "MB",
      1.2,
      1.4,
    );
  });
  return [
    ...heldRows,
    row("most memory of the app", "after a quarter of the import", most / early, most, "MB", 1.3, 1.6),
    ...quarters,
    row("… however many objects", `${memoryBound} MB`, most / memoryBound, most, "MB", 1, 1.25),
  ];
}

async function pageRows(place: Place, { run_id, counts }: Run): Promise<readonly Row[]> {
  const page = `/runs/${run_id}`;
  const list = `${page}/objects?limit=200`;
  const shown = await place.ask<Objects>(list);
  if (shown.total !== counts.all) throw new Error(`${shown.total} of ${counts.all} objects are listed.`);
  const customer = shown.data.find(({ customer_id: id }) => id !== undefined)?.customer_id;
  const asked = [
    ["the first page", "/overview"],
    ["the run's page", page],
    ["the list of runs", "/runs"],
    ["200 objects of the run", list],
    ["… by one currency", `${list}&currency=EUR`],
    ["… by a state that is rare", `${list}&state=nothing_to_post`],
    ["… by what waits, of which there is none", `${list}&state=waiting`],
    ["… by a kind that is rare", `${list}&kind=dispute`],
    ["… by an id", `${list}&id=${shown.data[0]?.id}`],
    ["… by a customer with a 48th of the sales", `${list}&id=${customer}`],
    ["… by a beginning that all ids have", `${list}&id=txn_`],
  ] as const;
  const rows: Row[] = [];
  for (const [what, path] of asked) {
    const time = await timeOf(() => place.ask(path));
    rows.push(row(what, "100 ms", time / 100, time, "ms", 1, 3));
  }
  return rows;
}

/** A run that finds nothing new. */
async function rowOfNothing(place: Place): Promise<Row> {
  const from = new Date();
  await place.ask("/runs", {});
  await untilEnded(place, async () => undefined);
  const calls = await place.cloudCalls(from, new Date());
  const ratio = calls / callsOfNothing;
  return row("calls of Cloud, a run that finds nothing", `${callsOfNothing}`, ratio, calls, "", 1, 1);
}

async function untilEnded(place: Place, look: (run: Run) => Promise<void>): Promise<Run> {
  for (;;) {
    const [run] = (await place.ask<Runs>("/runs?limit=1")).data;
    if (run !== undefined) {
      if (run.status === "completed") return run;
      if (run.status === "failed" || run.status === "cancelled")
        throw new Error(`The run ${run.status}: ${JSON.stringify(run)}`);
      await look(run);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function row(
  what: string,
  against: string,
  ratio: number,
  ours: number,
  unit: string,
  target: number,
  floor: number,
): Row {
  return {
    what,
    against,
    ratios: [ratio],
    ours: [ours],
    unit,
    target: { atMost: target },
    floor: { atMost: floor },
  };
}
