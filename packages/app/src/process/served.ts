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
