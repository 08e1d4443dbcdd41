/**
 * Amounts as Stripe writes them: whole numbers in the currency's smallest unit **by Stripe's own table**, which is
 * not ISO 4217's everywhere. MGA has no decimals at Stripe (ISO: two); ISK and UGX have none in life, but Stripe
 * writes them with two that are always 00. The ledger keeps Stripe's units, so that both sides can be compared to the
 * last one.
 */

const withoutDecimals = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(" ");
const withThreeDecimals = "BHD JOD KWD OMR TND".split(" ");
const withTwoDecimals = (
  "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP " +
  "CRC CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR " +
  "ISK JMD KES KGS KHR KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN " +
  "NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD SSP STD STN SVC SYP " +
  "SZL THB TJS TMT TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES WST XCD XCG YER ZAR ZMW"
).split(" ");

const decimals = new Map<string, number>([
  ...withoutDecimals.map((code) => [code, 0] as const),
  ...withTwoDecimals.map((code) => [code, 2] as const),
  ...withThreeDecimals.map((code) => [code, 3] as const),
]);

/** Thrown for a code that is not in Stripe's table: guessing two decimals could be wrong by a hundred. */
export class UnknownCurrency extends Error {
  readonly currency: string;
  constructor(currency: string) {
    super(currency === "" ? "Stripe named no currency." : `Stripe's currency table has no ${currency}.`);
    this.currency = currency;
  }
}

/**
 * How many decimals Stripe's amounts of a currency have.
 *
 * @param currency a code in any case, as Stripe writes it in lower case.
 * @throws UnknownCurrency
 * @example
 * ```ts
 * decimalsOf("jpy"); // 0
 * decimalsOf("isk"); // 2, though a króna has none
 * ```
 */
export function decimalsOf(currency: string): number {
  const found = decimals.get(currency.toUpperCase());
  if (found === undefined) throw new UnknownCurrency(currency.toUpperCase());
  return found;
}

/** The ledger's `precision` of a currency: minor units in one major unit. */
export function precisionOf(currency: string): number {
  return 10 ** decimalsOf(currency);
}

/** All currencies of the table, in upper case. */
export const stripeCurrencies: readonly string[] = [...decimals.keys()].sort();

/**
 * An amount out of Stripe's JSON as a whole number of any size.
 *
 * @throws RangeError where a double could have rounded it already: an amount that may be wrong is never posted.
 */
export function exactAmount(amount: number): bigint {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`The amount ${amount} is no exact whole number.`);
  return BigInt(amount);
}

/** `-10.50` of `{ minor: "-1050", decimals: 2 }`: what a spreadsheet reads. */
export function decimal({ minor, decimals }: { readonly minor: string; readonly decimals: number }): string {
  const sign = minor.startsWith("-") ? "-" : "";
  const digits = minor.replace("-", "").padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  return decimals === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * `-1,010.50 USD`: what a person reads, by Stripe's own table of decimals, exact however long it is. A currency that is
 * not in the table has no known decimals: its amount is said to be in minor units, and not a hundred times too much.
 */
export function amountText(money: {
  readonly minor: string;
  readonly decimals: number;
  readonly currency: string;
}): string {
  const grouped = decimal(money).replace(/\B(?=(\d{3})+(?!\d)(?=\.|$))/g, ",");
  const isKnown = stripeCurrencies.includes(money.currency);
  return isKnown ? `${grouped} ${money.currency}` : `${grouped} minor units of ${money.currency}`;
}
