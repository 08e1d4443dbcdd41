/** Hundredths of the currency, as this team posts them. Change it where you post with another precision. */
const minorUnits = 100n;

/** An amount in minor units for a person: `readable(-101665076n, "USD")` is `-1,016,650.76 USD`. */
export function readable(minor: bigint, currency: string): string {
  const size = minor < 0n ? -minor : minor;
  const cents = String(size % minorUnits).padStart(2, "0");
  return `${minor < 0n ? "-" : ""}${(size / minorUnits).toLocaleString("en")}.${cents} ${currency}`;
}
