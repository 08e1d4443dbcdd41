/** What was seen of one tenant's portal: what the rules on pages and calls judge. */
import type { Exchange } from "../../evidence/index.ts";
import type { BrowserVisit, Tenant } from "../../world/index.ts";

/** One tenant's pages. */
export type Seen = {
  readonly tenant: Tenant;
  /** The first link and the one of the second visit. */
  readonly urls: readonly [string, string];
  /** Before the second visit's link was asked for. */
  readonly secondAt: number;
  readonly first: BrowserVisit;
  /** After everything was filled in and pressed, by a fresh link. */
  readonly second: BrowserVisit;
  /** Marks of this tenant's ledger, first the text in its names, and last what was typed in. */
  readonly records: readonly string[];
  /** Texts that belong to this tenant alone: these, and its ids. */
  readonly marks: readonly string[];
  readonly exchanges: readonly Exchange[];
};
