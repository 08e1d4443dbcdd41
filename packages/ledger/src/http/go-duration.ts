/** Durations as Core writes and reads them: `1h30m`, `500ms`, `2m0s`. Nanoseconds inside. */

/** A text that is no duration; `message` is the parser text. */
export class DurationTextError extends Error {
  constructor(message: string) {
    super(`time: ${message}`);
    this.name = "DurationTextError";
  }
}

const nanosecondsOfUnit: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["µs", 1_000n],
  ["μs", 1_000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);

const largest = 2n ** 63n - 1n;

/**
 * Reads a duration.
 *
 * @returns nanoseconds, negative with a minus sign
 * @throws DurationTextError with Go's text
 * @example parseDuration("1h30m") // 5_400_000_000_000n
 */
export function parseDuration(text: string): bigint {
  const [, sign = "", unsigned = ""] = /^([+-]?)(.*)$/su.exec(text) ?? [];
  if (unsigned === "0") return 0n;
  if (unsigned === "") throw invalid(text);
  let total = 0n;
  for (let rest = unsigned; rest !== ""; ) {
    const [part = "", whole = "", fraction = "", unit = ""] = /^(\d*)(?:\.(\d*))?([^\d.]*)/u.exec(rest) ?? [];
    if (whole === "" && fraction === "") throw invalid(text);
    total += nanoseconds(whole, fraction, unitOf(unit, text));
    if (total > largest) throw invalid(text);
    rest = rest.slice(part.length);
  }
  return sign === "-" ? -total : total;
}

function invalid(text: string): DurationTextError {
  return new DurationTextError(`invalid duration ${JSON.stringify(text)}`);
}

function unitOf(name: string, text: string): bigint {
  if (name === "") throw new DurationTextError(`missing unit in duration ${JSON.stringify(text)}`);
  const unit = nanosecondsOfUnit.get(name);
  if (unit !== undefined) return unit;
  throw new DurationTextError(`unknown unit ${JSON.stringify(name)} in duration ${JSON.stringify(text)}`);
}

function nanoseconds(whole: string, fraction: string, unit: bigint): bigint {
  const digits = fraction.slice(0, 18);
  const ofFraction = (BigInt(digits === "" ? "0" : digits) * unit) / 10n ** BigInt(digits.length);
  return BigInt(whole === "" ? "0" : whole) * unit + ofFraction;
}

/**
 * Writes a duration.
 *
 * @example formatDuration(5_400_000_000_000n) // "1h30m0s"
 */
export function formatDuration(duration: bigint): string {
  if (duration < 0n) return `-${formatDuration(-duration)}`;
  if (duration === 0n) return "0s";
  for (const [unit, size] of smallUnits)
    if (duration < size * 1000n) return `${decimal(duration, size)}${unit}`;
  const minutes = duration / minute;
  const seconds = `${decimal(duration % minute, second)}s`;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

const second = 1_000_000_000n;
const minute = 60n * second;

const smallUnits: readonly (readonly [unit: string, nanoseconds: bigint])[] = [
  ["ns", 1n],
  ["µs", 1_000n],
  ["ms", 1_000_000n],
];

function decimal(amount: bigint, unit: bigint): string {
  const width = unit.toString().length - 1;
  const fraction = width === 0 ? "" : (amount % unit).toString().padStart(width, "0").replace(/0+$/, "");
  return fraction === "" ? String(amount / unit) : `${amount / unit}.${fraction}`;
}
