/** Faults that are nobody's refusal, each told under the reference that stands in its answer. */

/**
 * Writes a fault to standard error: its reference, when, and what it was with all that led to it.
 *
 * @example openLedger({ …, onFault: (error, reference) => printFault(error, reference) })
 */
export function printFault(error: unknown, reference: string): void {
  process.stderr.write(`${faultText(error, reference, new Date())}\n`);
}

/** A fault as it is written to a log. */
export function faultText(error: unknown, reference: string, at: Date): string {
  return [
    `${reference} ${at.toISOString()} ${shown(error)}`,
    ...causesOf(error).map((cause) => `  because of ${shown(cause)}`),
  ].join("\n");
}

function causesOf(error: unknown): readonly unknown[] {
  if (!(error instanceof Error) || error.cause === undefined || error.cause === null) return [];
  return [error.cause, ...causesOf(error.cause)];
}

function shown(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === "string" ? error : JSON.stringify(error);
  const state = "sqlState" in error ? ` [${String(error.sqlState)}]` : "";
  return `${error.stack ?? `${error.name}: ${error.message}`}${state}`;
}
