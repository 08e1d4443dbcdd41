/** The shop whose account this is: which currencies it sells in, what it charges and what Stripe takes. */

export type CurrencyProfile = {
  readonly currency: string;
  readonly charges: number;
  /** Smallest and largest ordinary sale, in minor units. */
  readonly sale: readonly [least: number, most: number];
  /** Every amount is a multiple of this: ten for three-decimal currencies, as Stripe asks. */
  readonly step: number;
  /** Stripe's share in hundredths of a percent, and what it takes on top, in minor units. */
  readonly feeBasisPoints: number;
  readonly feeFixed: number;
  readonly disputeFee: number;
  readonly daysToAvailable: number;
};

/** Five currencies: three with two decimals, one with none (JPY), one with three (KWD). */
export const currencyProfiles: readonly CurrencyProfile[] = [
  profile("usd", 74, [450, 48_000], 1, 290, 30, 1500, 2),
  profile("eur", 66, [390, 39_000], 1, 150, 25, 2000, 3),
  profile("gbp", 42, [350, 30_000], 1, 150, 20, 2000, 3),
  profile("jpy", 44, [300, 68_000], 1, 360, 0, 1300, 4),
  profile("kwd", 26, [1_500, 95_000], 10, 275, 100, 5_000, 5),
];

function profile(
  currency: string,
  charges: number,
  sale: readonly [number, number],
  step: number,
  feeBasisPoints: number,
  feeFixed: number,
  disputeFee: number,
  daysToAvailable: number,
): CurrencyProfile {
  return { currency, charges, sale, step, feeBasisPoints, feeFixed, disputeFee, daysToAvailable };
}

/** What Stripe takes for a sale, in minor units; whole steps of the currency all the way, half up. */
export function processingFee(terms: CurrencyProfile, amount: number): number {
  const { step, feeBasisPoints, feeFixed } = terms;
  const fee = Math.floor((amount * feeBasisPoints + 5_000) / 10_000) + feeFixed;
  return Math.round(fee / step) * step;
}

// biome-ignore format: a list of names reads best in rows
export const givenNames = [
  "Amara", "Bruno", "Chiyo", "Dalal", "Elif", "Farah", "Goran", "Hana", "Ines", "Jonas",
  "Keiko", "Lamia", "Mateo", "Nuria", "Oskar", "Priya", "Quentin", "Rania", "Sana", "Tomás",
] as const;

// biome-ignore format: a list of names reads best in rows
export const familyNames = [
  "Abe", "Bauer", "Castillo", "Dubois", "Eriksen", "Fujita", "García", "Haddad", "Ito", "Jansen",
  "Kowalska", "Lindqvist", "Moreau", "Novák", "Okafor", "Al-Sabah", "Rossi", "Suzuki", "Taylor", "Weiss",
] as const;

export const products = [
  "Ceramic teapot",
  "Linen tablecloth",
  "Walnut chopping board",
  "Copper pan, 24 cm",
  "Glass carafe",
  "Chef's knife",
  "Stoneware bowls, set of four",
  "Cast-iron trivet",
] as const;
