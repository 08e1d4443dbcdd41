/** Several replicas of one app, each as if on a machine of its own; whichever dies is started again. */
import { tickCrashPoints } from "./crash-points.ts";
import type { KillStore } from "./stores.ts";
import { startVictim, type Victim } from "./victim-process.ts";

export type Death = { readonly host: string; readonly at: number };

export type Fleet = {
  /** One of those that take requests, or of those that are just starting; chosen by chance. */
  any(): Victim | undefined;
  /** Ends one at once, by chance; it is started again. */
  killOne(): void;
  readonly kills: () => number;
  /** No more deaths: resolves when all are there. */
  calm(): Promise<void>;
  stop(): Promise<void>;
};

export type FleetOptions = {
  readonly kept: KillStore;
  readonly size: number;
  /** Where they tell what their steps do. */
  readonly receiver: string;
  /** When their schedule ticks. */
  readonly schedule: string;
  readonly random: () => number;
  readonly onDeath: (death: Death) => void;
};

type Place = { readonly index: number; starts: number; port: number; victim: Victim | undefined };

export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { size, random } = options;
  const places = Array.from({ length: size }, (_none, index): Place => {
    return { index, starts: 0, port: 0, victim: undefined };
  });
  const starting = new Set<Promise<void>>();
  let kills = 0;
  let isCalm = false;
  let isStopped = false;

  const start = async (place: Place): Promise<void> => {
    place.starts += 1;
    const host = `replica-${place.index}-${place.starts}`;
    // Half of them die at a line of their own choice, should they live so long.
    const crashAt = isCalm || place.starts === 1 || random() < 0.5 ? undefined : chooseCrash(random);
    const victim = await startVictim({
      ...options.kept,
      port: place.port,
      host,
      ...(crashAt === undefined ? {} : { crashAt }),
      receiver: options.receiver,
      schedule: options.schedule,
    });
    place.port = victim.port;
    place.victim = victim;
    void victim.ended.then(() => {
      if (isStopped) return;
      place.victim = undefined;
      kills += 1;
      options.onDeath({ host, at: performance.now() });
      begin(place);
    });
  };
  const begin = (place: Place) => {
    const begun = start(place).finally(() => starting.delete(begun));
    starting.add(begun);
  };

  await Promise.all(places.map(start));
  const alive = () => places.flatMap(({ victim }) => (victim === undefined ? [] : [victim]));
  const any = () => {
    const victims = alive();
    return victims[Math.floor(random() * victims.length)];
  };
  return {
    any,
    killOne: () => any()?.kill(),
    kills: () => kills,
    calm: async () => {
      isCalm = true;
      while (starting.size > 0) await Promise.all(starting);
    },
    stop: async () => {
      isStopped = true;
      while (starting.size > 0) await Promise.all(starting);
      await Promise.all(
        alive().map((victim) => {
          victim.end();
          return victim.ended;
        }),
      );
    },
  };
}

function chooseCrash(random: () => number): string {
  const point = tickCrashPoints[Math.floor(random() * tickCrashPoints.length)];
  return `${point}:${1 + Math.floor(random() * 40)}`;
}
