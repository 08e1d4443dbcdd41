/** How many decimals people write a currency with. */

const byDecimals = [
  [0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"],
  [3, "BHD IQD JOD KWD LYD OMR TND"],
  [4, "CLF UYW"],
] as const;

const exceptions = new Map(
  byDecimals.flatMap(([decimals, codes]) => codes.split(" ").map((code) => [code, decimals] as const)),
);

/**
 * A currency's decimals by ISO 4217, two where that knows none (`USDT`). For figures that come without a precision, as
 * a balance does; a transaction says its own. `Intl.NumberFormat` is no answer: it leaves out decimals that are rarely
 * written, so a forint of 100 fillér would stand as a hundred.
 *
 * @param currency a code in any case, blanks around it or not, or any text
 * @example
 * ```ts
 * currencyDecimals("JPY"); // 0
 * currencyDecimals("HUF"); // 2
 * currencyDecimals("IQD"); // 3
 * ```
 */
export function currencyDecimals(currency: string): number {
  return exceptions.get(currency.trim().toUpperCase()) ?? 2;
}
