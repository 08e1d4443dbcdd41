/**
 * Effects once: a client that is bound to an effect scope does each write of that scope at most once, however often
 * the work around it is executed again, and says so where nobody can know. `scope` says what a scope is, `perform` is
 * the one way a write goes, `derivation` makes references and fingerprints. This folder knows nothing of Cloud's
 * routes: each call brings its own sending and its own rule of looking. Contract section 8, "effects once".
 */
export { createMemoryScope, type MemoryScope } from "./memory-scope.ts";
export { createEffects, type Effects, type Write } from "./perform.ts";
export type { Effect, EffectEnding, EffectKind, EffectNote, EffectScope } from "./scope.ts";
