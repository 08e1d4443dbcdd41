/**
 * What this process has asked to be written and is not committed yet. A claim that is asked for after it waits for it:
 * a run that was just started is seen. (In the embedded store they share a commit.)
 */
export type Order = {
  /** Something that may make runs due. */
  writing<Value>(written: Promise<Value>): Promise<Value>;
  /** Resolves when what is being written now has been, or has failed. */
  written(): Promise<void>;
};

export function createOrder(): Order {
  const underWay = new Set<Promise<unknown>>();
  return {
    writing: (written) => {
      underWay.add(written);
      const ended = () => {
        underWay.delete(written);
      };
      written.then(ended, ended);
      return written;
    },
    written: async () => {
      await Promise.allSettled(underWay);
    },
  };
}
