import type { Effects } from "../effects/index.ts";
import type { ProxyCaller } from "./call.ts";
import type { FindByReferences, FindFamily } from "./rows.ts";

/** Parts that the calls on transactions need beside the Proxy. */
export interface TransactionTools {
  readonly proxy: ProxyCaller;
  readonly effects: Effects;
  readonly findByReferences: FindByReferences;
  readonly findFamily: FindFamily;
  /** Waits; milliseconds. */
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}
