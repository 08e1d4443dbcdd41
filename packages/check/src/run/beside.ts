/** What was looked at while many keys were refused, which an app may take for a fault on the way and say so to everybody. */
import type { Rule } from "../rules/index.ts";

type Running = { isBesideRefusals: boolean };

/** Tells of each look, when it is over, whether a rule that has many keys refused was under way meanwhile. */
export function openBeside() {
  const running = new Set<Running>();
  let refusing = 0;
  return {
    async look<Result>(
      { pace }: Pick<Rule, "pace">,
      see: () => Promise<Result>,
    ): Promise<Running & { readonly result: Result }> {
      const isRefusing = pace === "refusing";
      const own: Running = { isBesideRefusals: !isRefusing && refusing > 0 };
      if (isRefusing) {
        refusing += 1;
        for (const other of running) other.isBesideRefusals = true;
      } else running.add(own);
      try {
        return { result: await see(), ...own };
      } finally {
        running.delete(own);
        if (isRefusing) refusing -= 1;
      }
    },
  };
}
