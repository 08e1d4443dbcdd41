/** What every suite is told. */
export type SuiteOptions = {
  /** How often everything is measured, each time in another order. */
  readonly rounds: number;
  /** How long one measurement takes. */
  readonly seconds: number;
};
