/**
 * Stripe Sync's first import of 200,000 objects (`ANNEX_BENCH_OBJECTS` takes another number) into a local Cloud: how
 * long, in how many calls, in how much memory; and a run after it that finds nothing new. One import, whatever the
 * rounds: it takes minutes.
 */
import type { Row } from "../report.ts";
import { openPlace, type Place } from "./places.ts";

const usualObjects = 200_000;
/** Cloud is asked so often for a thousand objects, two legs each: looked up, posted and looked up again by hundreds. */
const callsPerThousand = 60;
const callsOfNothing = 10;

type Run = {
  readonly run_id: string;
  readonly status: string;
  readonly counts: { readonly all: number; readonly posted: number };
};
type Runs = { readonly data: readonly Run[] };
type Objects = { readonly data: readonly { readonly id: string }[] };

export async function runStripeSuite(): Promise<readonly Row[]> {
  const objects = Number(process.env["ANNEX_BENCH_OBJECTS"] ?? usualObjects);
  const place = await openPlace(objects);
  try {
    return await measure(place, objects);
  } finally {
    await place.end();
  }
}

async function measure(place: Place, objects: number): Promise<readonly Row[]> {
  const began = performance.now();
  const memory: number[] = [];
  const callsBefore = await place.cloudCalls();
  const first = await untilEnded(place, (run) => {
    if (run.counts.all > 0) memory.push(place.memory());
  });
  const seconds = (performance.now() - began) / 1000;
  const calls = (await place.cloudCalls()) - callsBefore;
  const perThousand = (calls * 1000) / first.counts.all;
  const list = `/runs/${first.run_id}/objects?limit=200`;
  const page = await timeOf(() => place.ask(list));
  const [one] = (await place.ask<Objects>(list)).data;
  const filtered = [
    ["one currency", await timeOf(() => place.ask(`${list}&currency=EUR`))],
    ["what waits, of which there is none", await timeOf(() => place.ask(`${list}&state=waiting`))],
    ["an id", await timeOf(() => place.ask(`${list}&id=${one?.id}`))],
  ] as const;
  const callsThen = await place.cloudCalls();
  await place.ask("/runs", {});
  await untilEnded(place, () => undefined);
  const callsOfSecond = (await place.cloudCalls()) - callsThen;
  const early = memory[Math.floor(memory.length / 4)] ?? Number.NaN;
  const most = Math.max(...memory);
  const at = `${first.counts.all} objects`;
  return [
    row(
      `first import, ${at}`,
      "1,000 s for 200,000",
      seconds / ((objects / usualObjects) * 1000),
      seconds,
      "s",
      1,
      2,
    ),
    row(
      "calls of Cloud for 1,000 objects",
      `${callsPerThousand}`,
      perThousand / callsPerThousand,
      perThousand,
      "",
      1,
      1.5,
    ),
    row("most memory of the app", "after a quarter of the import", most / early, most, "MB", 1.3, 1.6),
    row(
      "calls of Cloud, a run that finds nothing",
      `${callsOfNothing}`,
      callsOfSecond / callsOfNothing,
      callsOfSecond,
      "",
      1,
      1,
    ),
    row("200 objects of the run's page", "100 ms", page / 100, page, "ms", 1, 3),
    ...filtered.map(([what, time]) => row(`… by ${what}`, "100 ms", time / 100, time, "ms", 1, 3)),
  ];
}

async function untilEnded(place: Place, look: (run: Run) => void): Promise<Run> {
  for (;;) {
    const [run] = (await place.ask<Runs>("/runs?limit=1")).data;
    if (run !== undefined) {
      look(run);
      if (run.status === "completed") return run;
      if (run.status === "failed" || run.status === "cancelled")
        throw new Error(`The run ${run.status}: ${JSON.stringify(run)}`);
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
