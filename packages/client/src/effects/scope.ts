/**
 * Effects once: a client that is bound to an effect scope sends each write of that scope at most once, however often
 * the work is executed again, and says so where nobody can know. Here is what a scope is; `perform` is the one way a
 * write goes, `derivation` makes the references. A scope belongs to whoever keeps things durably (the framework keeps
 * it beside a run's steps); this folder knows nothing of Cloud's routes. Contract section 8; design: effects once.
 */

/** The kinds of writes. Each has one rule by which it is looked for in Cloud. */
export type EffectKind =
  | "transaction"
  | "bulk"
  | "commit"
  | "void"
  | "refund"
  | "ledger"
  | "balance"
  | "identity"
  | "identity_update"
  | "identity_link"
  | "metadata"
  | "tokenization"
  | "upload"
  | "reconciliation"
  | "matching_rule"
  | "matching_rule_update"
  | "matching_rule_removal"
  | "alert"
  | "alert_update";

/** A write as it is noted before it is sent: plain JSON throughout, with `bigint` where a figure is large. */
export interface Effect {
  /**
   * The effect's name within its scope: kind, the record it is about, and the how-manieth of these it is, such as
   * `transaction#0` or `commit:txn_1#1`. Numbers count the calls of one client in the order they are made.
   */
  readonly id: string;
  readonly kind: EffectKind;
  /** The record that is changed; undefined where one is made. */
  readonly target?: string | undefined;
  /** What it carries into Cloud, unique and the same each time: a reference, an id, or a mark in the metadata. */
  readonly reference: string;
  /** SHA-256, in hexadecimal, of what is asked for. Dates are left out of it: they are often those of the moment. */
  readonly fingerprint: string;
  /** In words for a person, such as "the commit of txn_1". */
  readonly what: string;
  /** What was there before it was sent, where its rule needs that; plain JSON. */
  readonly before?: unknown;
}

/** What a scope knows of an effect. */
export type EffectNote =
  /** It is noted now for the first time. */
  | { readonly state: "new" }
  /** It was noted by an earlier execution, which did not hear how it ended. */
  | {
      readonly state: "open";
      /** As it was noted then. */
      readonly effect: Effect;
      readonly notedAt: Date;
      /** What a person saw who looked after an `OutcomeUnknown`; undefined when nobody did. */
      readonly seen?: "done" | "not-done" | undefined;
    }
  /** It was done by an earlier execution; `result` is what `settle` was given. */
  | { readonly state: "done"; readonly effect: Effect; readonly result: unknown };

/** How an effect ended. What may have been done is not settled: its note stays open. */
export type EffectEnding =
  /** `result` is plain JSON with `bigint`s: keep it with `stringifyExactJson` and `parseExactJson`. */
  | { readonly outcome: "done"; readonly result: unknown }
  /** It was certainly not done: the note goes, and the same effect is new when it is asked for again. */
  | { readonly outcome: "not-done" };

/**
 * Durable memory of what one piece of work sent to Cloud: one step of a run, one call of a portal page. Each execution
 * of the work makes a new client with a scope of the same `key`; the notes are those of the executions before.
 *
 * Both methods resolve when what they were told survives the end of the process. When one of them rejects, the client
 * sends nothing (`intend`) or leaves the effect open (`settle`), and the call rejects with the same error: a holder
 * that has lost its lease throws here.
 *
 * @example
 * const scope = createMemoryScope("instapp_1/run_1/step-2");
 * const cloud = createClient({ apiKey, instanceId, effects: scope });
 * await cloud.proxy.createTransaction(payout); // carries a reference made of the scope's key
 */
export interface EffectScope {
  /**
   * Names the work among all work of the instance: installation, run and step, for instance. The same on each
   * execution, never that of other work. It is hashed into references and not shown.
   */
  readonly key: string;
  /** Notes what is about to be sent, unless it is noted already; answers what is known of it. */
  intend(effect: Effect): Promise<EffectNote>;
  /** Notes how it ended. */
  settle(effect: Effect, ending: EffectEnding): Promise<void>;
}
