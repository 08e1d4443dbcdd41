/** Does a record hold what was written into it? For writes that change nothing when they are repeated. */

/**
 * Whether each of these fields of the record is as it was written. Fields that were left out or empty do not count;
 * objects count when they hold at least what was written.
 *
 * @example
 * holdsFields({ city: "Accra", meta_data: { a: 1, b: 2 } }, { meta_data: { a: 1 } }); // true
 */
export function holdsFields(record: unknown, written: unknown): boolean {
  if (!isObject(written)) return isSameValue(record, written);
  if (!isObject(record)) return false;
  const fields = Object.entries(written).filter(([, value]) => value !== undefined);
  return fields.every(([name, value]) => holdsFields(record[name], value));
}

function isSameValue(one: unknown, other: unknown): boolean {
  if (other instanceof Date) return typeof one === "string" && sameDay(one, other);
  if (Array.isArray(other))
    return (
      Array.isArray(one) &&
      one.length === other.length &&
      other.every((item, index) => holdsFields(one[index], item))
    );
  // A figure may come back in the other of its two forms.
  if (isFigure(one) && isFigure(other)) return String(one) === String(other);
  return one === other;
}

/** Of a date Core keeps the day. */
function sameDay(text: string, date: Date): boolean {
  return text.slice(0, 10) === date.toISOString().slice(0, 10);
}

function isFigure(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
