/** What the pages and the server say to each other. Nothing here knows of Node or of a browser. */

/** A balance as the last survey found it. Figures are minor units as text, so that no browser rounds them. */
export type SurveyedBalance = {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly minor: string;
};

export type BalanceJson = SurveyedBalance & { readonly flagged: boolean };

/** One survey: where it stands, and how far it is. */
export type SurveyJson = {
  readonly status: "queued" | "running" | "completed" | "failed" | "cancelled";
  readonly createdAt: string;
  readonly done: number;
  readonly total?: number;
  /** Why it failed, and what to do. */
  readonly failure?: string;
};

export type OverviewJson = {
  readonly balances: readonly BalanceJson[];
  /** Absent until there was one. */
  readonly survey?: SurveyJson;
};
