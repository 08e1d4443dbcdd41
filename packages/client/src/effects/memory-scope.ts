import { parseExactJson, stringifyExactJson } from "@annex/protocol/words";
import type { Effect, EffectScope } from "./scope.ts";

/** An effect scope in memory, with what a person or a test can do to it. */
export interface MemoryScope extends EffectScope {
  /** What is noted and not settled, in the order it was noted. */
  open(): readonly Effect[];
  /** What a person saw in Cloud, after an `OutcomeUnknown`. `effectId` is the error's. */
  answer(effectId: string, seen: "done" | "not-done"): void;
}

type Note = { readonly effect: Effect; readonly notedAt: Date; seen?: "done" | "not-done"; result?: string };

/**
 * Makes a scope that lasts as long as the process: for scripts that repeat their own work, and for tests.
 *
 * @example
 * const scope = createMemoryScope("import of 2026-11-26");
 * await retry(() => importAll(createClient({ apiKey, instanceId, effects: scope })));
 */
export function createMemoryScope(key: string, clock: () => Date = () => new Date()): MemoryScope {
  const notes = new Map<string, Note>();
  return {
    key,
    open: () => [...notes.values()].filter((note) => note.result === undefined).map(({ effect }) => effect),
    answer(effectId, seen) {
      const note = notes.get(effectId);
      if (note !== undefined) note.seen = seen;
    },
    async intend(effect) {
      const note = notes.get(effect.id);
      if (note === undefined) {
        notes.set(effect.id, { effect, notedAt: clock() });
        return { state: "new" };
      }
      if (note.result === undefined)
        return { state: "open", effect: note.effect, notedAt: note.notedAt, seen: note.seen };
      return { state: "done", effect: note.effect, result: parseExactJson(note.result) };
    },
    async settle(effect, ending) {
      const note = notes.get(effect.id);
      if (ending.outcome === "not-done") notes.delete(effect.id);
      else if (note !== undefined) note.result = stringifyExactJson(ending.result);
    },
  };
}
