/** What a look at both sides costs at Stripe, and what it comes to where Stripe is asked no more. */
import type { PortalContext } from "@annex/app";
import { type CloudClient, CloudUnreachable } from "@annex/client";
import type { Stripe } from "stripe";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  books,
  clearingOn,
  emptyLedger,
  movementOn,
  nothingAtStripe,
  now,
  seconds,
  toolsOn,
} from "../../test/books-on-paper.ts";
import { type Installation, installation } from "../../test/installation.ts";
import { booksName } from "../mapping/books.ts";
import type { StripeRange } from "../stripe/access.ts";
import { checkStep } from "../sync/checking.ts";
import { keepPosition, onlyOne, rememberBooks } from "../sync/register.ts";
import { booksDetail } from "./books.ts";
import type { PortalParts } from "./parts.ts";
import { totalsOf } from "./totals.ts";

const position = { ledgerId: "ldg_1", readThrough: seconds - 60 };
const minute = 60_000;

let installed: Installation;
const stripe = nothingAtStripe();
const ledger = emptyLedger();
let clock = now;
/** Since how long before the last that was read each list at Stripe began, in seconds. */
let listed: number[];
let look: () => Promise<string | undefined>;

beforeEach(async () => {
  installed = await installation();
  Object.assign(stripe, nothingAtStripe());
  ledger.balances.splice(0, Infinity, clearingOn(0n));
  clock = now;
  listed = [];
  await rememberBooks(installed.context.data, books);
  await keepPosition(tools().data, position);
  const counted = {
    ...tools().stripe,
    movements: async (range?: StripeRange) => {
      listed.push(position.readThrough - (range?.from ?? 0));
      return tools().stripe.movements(range);
    },
  };
  const parts = { clock: () => clock, stripeOf: async () => counted } as unknown as PortalParts;
  const totals = totalsOf(parts);
  const context: PortalContext = Object.create(installed.context, {
    cloud: { value: tools().cloud },
  });
  look = async () => (await totals(context)).currencies[0]?.difference?.minor;
});
afterEach(() => installed.close());

const tools = () => toolsOn(installed, { stripe, ledger });
const held = (amount: number) => {
  stripe.balance = {
    available: [{ amount, currency: "usd" } as Stripe.Balance["available"][number]],
    pending: [],
  };
};
const twoDays = 2 * 86_400;

test("what Stripe listed late is no difference, and is listed once for all who look within minutes", async () => {
  held(1000);
  stripe.movements = [movementOn({ created: seconds - 86_400 })];
  expect(await Promise.all([look(), look()])).toEqual(["0", "0"]);
  clock += minute;
  // A sale that comes meanwhile is seen at each look.
  held(1500);
  stripe.movements.unshift(movementOn({ id: "txn_2", amount: 500, net: 500, created: seconds }));
  expect(await look()).toBe("0");
  expect(listed.filter((since) => since === twoDays)).toHaveLength(1);
  clock += 5 * minute;
  expect(await look()).toBe("0");
  expect(listed.filter((since) => since === twoDays)).toHaveLength(2);
});

test("a difference that a run has looked back for costs no look back", async () => {
  held(500);
  await checkStep(tools(), position, { verify: false });
  expect(await look()).toBe("-500");
  expect(listed).toEqual([60, 60]);
  held(600);
  expect(await look()).toBe("-600");
  expect(listed.slice(2)).toEqual([60, 60, twoDays]);
});

test("what was too busy to compare when its key was given up stays so, and no amount is called unreadable", async () => {
  const money = { minor: "0", currency: "EUR", decimals: 2 };
  const currencies = [
    { currency: "EUR", decimals: 2, stripe: money },
    { currency: "USD", decimals: 2, too_busy: true },
  ];
  await tools().data.lastCheck.put(onlyOne, { at: new Date(now).toISOString(), currencies });
  const of = async (cloud: CloudClient) => {
    const context: PortalContext<"name"> = Object.create(installed.context, {
      cloud: { value: cloud },
      param: { value: () => booksName(books) },
    });
    const [euros, dollars] = (await booksDetail(context, { clock: () => clock })).currencies;
    expect(dollars).toMatchObject({ too_busy: true });
    for (const field of ["incomparable", "stripe", "difference"]) expect(dollars).not.toHaveProperty(field);
    return [euros?.difference?.minor, dollars?.ledger?.minor];
  };
  expect(await of(tools().cloud)).toEqual(["0", "0"]);
  // Where the ledger is away, nothing is said of what Stripe held either.
  const unreachable = async () => {
    throw new CloudUnreachable({ reason: "It refused the connection.", outcome: "not-sent" });
  };
  const iterate = () => ({ [Symbol.asyncIterator]: () => ({ next: unreachable }) });
  const away = { data: { balances: { iterate } } };
  expect(await of(away as unknown as CloudClient)).toEqual([undefined, undefined]);
});
