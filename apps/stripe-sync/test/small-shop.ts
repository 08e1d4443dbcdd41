/** A Stripe account with little in it, for what starts from the beginning again and again. */
import { Account } from "../simulator/account.ts";
import { type CurrencyProfile, currencyProfiles } from "../simulator/business.ts";
import { seededRandom } from "../simulator/random.ts";

const day = 86_400;

/** Forty sales in three currencies, some of them old enough to be paid out. */
export function smallShop(id = "acct_1WholeLife", seed = 7): Account {
  const now = Math.floor(Date.now() / 1000);
  const account = new Account(id, seededRandom(seed), now);
  const customers = ["Amara Abe", "Bruno Bauer", "Chiyo Castillo"].map((name, index) =>
    account.addCustomer(name, "DE", "eur", now - 30 * day + index),
  );
  for (let sale = 0; sale < 40; sale += 1) {
    const at = now - 20 * day + sale * 3600 * 10;
    const terms = termsOf(["usd", "jpy", "kwd"][sale % 3] ?? "");
    account.sell({
      terms,
      amount: 5_000 + sale * 10,
      at,
      product: "a teapot",
      customer: customers[sale % 4],
    });
  }
  return account;
}

export function termsOf(currency: string): CurrencyProfile {
  const terms = currencyProfiles.find((profile) => profile.currency === currency);
  if (terms === undefined) throw new Error(`The shop does not sell in ${currency}.`);
  return terms;
}
