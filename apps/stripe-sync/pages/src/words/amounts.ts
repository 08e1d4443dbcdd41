/** Amounts that sort, exactly, whatever their currencies' decimals. */
import type { MoneyJson } from "../../../src/portal-types.ts";

const MOST_DECIMALS = 4;

/** An amount on one scale for all currencies, so that amounts sort as the numbers a person reads. */
export function comparableAmount(money: MoneyJson | undefined): bigint | undefined {
  if (money === undefined) return undefined;
  return BigInt(money.minor) * 10n ** BigInt(MOST_DECIMALS - money.decimals);
}
