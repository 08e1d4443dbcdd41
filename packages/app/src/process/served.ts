/** An app that answers requests. */
export type Served = {
  /** Where it listens, such as `http://localhost:5002`. */
  readonly url: string;
  /** Answers what is under way, commits, stops the jobs, closes. */
  close(): Promise<void>;
};

/** Where an app listens. */
export type ServeOptions = {
  /** Where `PORT` does not say; 0 takes a free one. */
  readonly port?: number;
  /** An address of this machine; all of them unless given. */
  readonly host?: string;
};

/** How an app begins in a process that is not its own, such as a test's. */
export type BeginOptions = {
  /**
   * Now, in milliseconds since 1970, for an app that has no clock of its own (`clock` of `createApp`), until it is closed:
   * the clock of a test's Cloud, so that schedules, waits and sessions come due when that is put ahead. An app that is
   * open already goes on by the clock it has.
   */
  readonly clock?: () => number;
};
