/**
 * What was thrown, or an error in its place where it cannot even be looked at, as a proxy whose traps throw: whoever
 * handles a failure must not fail over it.
 */
export function readable(thrown: unknown): unknown {
  try {
    if ((typeof thrown === "object" && thrown !== null) || typeof thrown === "function") {
      const { name, message, code, outcome } = thrown as Readonly<Record<string, unknown>>;
      void [thrown instanceof Error, String(name), String(message), String(code), String(outcome)];
    }
    return thrown;
  } catch {
    return new Error("What was thrown cannot be read.");
  }
}
