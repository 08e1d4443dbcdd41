/** An app that answers requests. */
export type Served = {
  /** Where it listens, such as `http://localhost:5002`. */
  readonly url: string;
  /** Answers what is under way, commits, stops the jobs, closes. */
  close(): Promise<void>;
};
