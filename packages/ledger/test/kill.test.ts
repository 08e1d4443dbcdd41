/** Five rounds of SIGKILL during posting; `node test/kill.ts --rounds 100` does a hundred. */
import { expect, it } from "vitest";
import { killRounds, newPlace } from "./kill.ts";

/** The same numbers each time, so that a failure comes again. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const rounds = Number(process.env["ANNEX_LEDGER_KILLS"] ?? "5");

it.each(["embedded", "server"])(
  "loses nothing that was answered, halves nothing, doubles nothing, whenever it is killed, engine: %s",
  async (engine) => {
    const { database, remove } = await newPlace(engine);
    try {
      const report = await killRounds(database, rounds, numbers(20_261_124));
      expect(report.problems).toEqual([]);
      expect(report.rounds).toBe(rounds);
      expect(report.answered).toBeGreaterThan(rounds * 10);
      expect(report.batches).toBeGreaterThan(rounds);
    } finally {
      await remove();
    }
  },
  60_000 + rounds * 60_000,
);
