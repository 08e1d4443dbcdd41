import { currencyDecimals } from "@annex/app";

/**
 * An amount in minor units for a person: `readable(-101665076n, "USD")` is `-1,016,650.76 USD`, `readable(5508n, "JPY")`
 * is `5,508 JPY`. Exact, however long it is. Change the places where you post with another precision.
 */
export function readable(minor: bigint, currency: string): string {
  const places = currencyDecimals(currency);
  const digits = String(minor < 0n ? -minor : minor).padStart(places + 1, "0");
  const point = digits.length - places;
  const whole = BigInt(digits.slice(0, point)).toLocaleString("en");
  const fraction = places === 0 ? "" : `.${digits.slice(point)}`;
  return `${minor < 0n ? "-" : ""}${whole}${fraction} ${currency}`;
}
