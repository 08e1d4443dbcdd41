/**
 * A whole number as a query writes it, in plain digits; nothing for any other notation: `0x1` and `1e1` are no page of
 * a list, though a number could be read out of them.
 *
 * @example numberInDigits("20") // 20
 */
export function numberInDigits(text: unknown): number | undefined {
  return typeof text === "string" && /^\d+$/.test(text) ? Number(text) : undefined;
}
