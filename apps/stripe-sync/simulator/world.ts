/** All there is of one simulator: the account, what fails on purpose, which key may do what. */
import type { Account } from "./account.ts";
import type { Faults } from "./faults.ts";
import type { Keys } from "./keys.ts";

export type World = { readonly account: Account; readonly faults: Faults; readonly keys: Keys };
