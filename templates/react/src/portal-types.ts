/** What the pages and the server say to each other. Nothing here knows of Node or of a browser. */

/** A balance as the last survey found it. Figures are minor units as text, so that no browser rounds them. */
export type SurveyedBalance = {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly minor: string;
};

export type BalanceJson = SurveyedBalance & { readonly flagged: boolean };

export type OverviewJson = { readonly balances: readonly BalanceJson[] };
