/**
 * Fund lineage (contract section 13): which provider's money a tracked balance spends, and the names of the
 * internal balances that keep account of it.
 */

/** What names an identity's shadow balances. */
export interface LineageIdentity {
  readonly identityId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly organizationName: string;
}

/** The part of a shadow balance's name that stands for the identity. */
export function lineageName({ identityId, firstName, lastName, organizationName }: LineageIdentity): string {
  const suffix = identityId.slice(0, 8);
  if (firstName !== "" && lastName !== "")
    return `${firstName.toLowerCase()}_${lastName.toLowerCase()}_${suffix}`;
  if (organizationName !== "") return `${organizationName.toLowerCase().replaceAll(" ", "_")}_${suffix}`;
  return identityId;
}

export function shadowIndicator(provider: string, name: string): string {
  return `@${provider}_${name}_lineage`;
}

export function aggregateIndicator(name: string): string {
  return `@${name}_lineage`;
}

/** Money of one provider on a tracked balance, in minor units; sources come oldest mapping first. */
export interface FundSource {
  readonly provider: string;
  readonly available: bigint;
}

/** A share of a debit. */
export interface Allocation {
  readonly provider: string;
  readonly amount: bigint;
}

/**
 * Allocates a debit over the money of providers; what exceeds it is left unallocated.
 *
 * @example allocate("FIFO", 120n, [{ provider: "a", available: 100n }, { provider: "b", available: 50n }])
 * // [{ provider: "a", amount: 100n }, { provider: "b", amount: 20n }]
 */
export function allocate(
  strategy: string,
  amount: bigint,
  sources: readonly FundSource[],
): readonly Allocation[] {
  const funded = sources.filter(({ available }) => available > 0n);
  if (strategy === "PROPORTIONAL") return proportional(amount, funded);
  return inTurn(amount, strategy === "LIFO" ? funded.toReversed() : funded);
}

function inTurn(amount: bigint, sources: readonly FundSource[]): readonly Allocation[] {
  const shares: Allocation[] = [];
  let rest = amount;
  for (const { provider, available } of sources) {
    if (rest === 0n) break;
    const share = smaller(available, rest);
    shares.push({ provider, amount: share });
    rest -= share;
  }
  return shares;
}

/** Shares are rounded down; the last source takes the remainder, as far as it goes. */
function proportional(amount: bigint, sources: readonly FundSource[]): readonly Allocation[] {
  const total = sources.reduce((sum, { available }) => sum + available, 0n);
  const wanted = amount < total ? amount : total;
  let rest = wanted;
  const shares = sources.map(({ provider, available }, index) => {
    const isLast = index === sources.length - 1;
    const share = isLast ? smaller(rest, available) : (wanted * available) / total;
    rest -= share;
    return { provider, amount: share };
  });
  return shares.filter((share) => share.amount > 0n);
}

function smaller(first: bigint, second: bigint): bigint {
  if (first < second) return first;
  return second;
}
