/** The memory that makes a client send each write once, kept beside a run's steps or a portal call's answer. */
import type { Effect, EffectScope } from "@annex/client";
import { parseExactJson, stringifyExactJson } from "@annex/protocol/words";
import type { CallHolder, EffectStore, EffectWork } from "../../stores/interface.ts";
import type { StoredRun } from "../../stores/runs.ts";
import { stopError } from "./failures.ts";

export type { EffectScope } from "@annex/client";

export type ScopeParts = {
  readonly effects: EffectStore;
  readonly clock: () => number;
};

/** The scope of one step of a run; an empty name stands for what a job does outside its steps. */
export function runScope(parts: ScopeParts, run: StoredRun, step: string): EffectScope {
  const { runNumber, fence, installedAppId, runId } = run;
  const work: EffectWork = { of: "run", holder: { runNumber, fence } };
  return scope(parts, work, [installedAppId, runId, step].join("/"), step);
}

/** The scope of a portal call that came with a key, for as long as `holder` holds it. */
export function callScope(parts: ScopeParts, holder: CallHolder): EffectScope {
  return scope(parts, { of: "call", holder }, [holder.installedAppId, "call", holder.key].join("/"), "");
}

function scope({ effects, clock }: ScopeParts, work: EffectWork, key: string, part: string): EffectScope {
  const idOf = (effect: Effect) => (part === "" ? effect.id : `${part}\n${effect.id}`);
  return {
    key,
    intend: async (effect) => {
      const known = await effects.find(work, idOf(effect));
      if (known === undefined) {
        if (!(await effects.note(work, idOf(effect), stringifyExactJson(effect), clock())))
          throw stopError("lost");
        return { state: "new" };
      }
      // It was written here, from an effect.
      const noted = parseExactJson(known.effect) as Effect;
      if (known.result !== undefined)
        return { state: "done", effect: noted, result: parseExactJson(known.result) };
      return { state: "open", effect: noted, notedAt: new Date(known.notedAt), seen: known.seen };
    },
    settle: async (effect, ending) => {
      if (ending.outcome === "not-done") return effects.forget(work, idOf(effect));
      return effects.settle(work, idOf(effect), stringifyExactJson(ending.result ?? null));
    },
  };
}
