/** What every suite is told. */
export type SuiteOptions = {
  /** How often everything is measured, each time in another order. */
  readonly rounds: number;
  /** How long one measurement takes. */
  readonly seconds: number;
  /** The share of the usual size that databases are filled to; 1 unless given. */
  readonly scale: number;
};
