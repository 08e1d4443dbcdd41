/** Five rounds of SIGKILL during posting; `node test/kill.ts --rounds 100` does a hundred. */
import { expect, it } from "vitest";
import { randomNumbers } from "./harness.ts";
import { killRounds, newPlace } from "./kill.ts";

const rounds = Number(process.env["ANNEX_LEDGER_KILLS"] ?? "5");

it.each(["embedded", "server"])(
  "loses nothing that was answered, halves nothing, doubles nothing, whenever it is killed, engine: %s",
  async (engine) => {
    const { database, remove } = await newPlace(engine);
    try {
      const report = await killRounds(database, rounds, randomNumbers(20_261_124));
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
