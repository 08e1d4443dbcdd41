/** Metadata (contract section 14.3): free-form JSON that stands beside a record. */

/** Keys are literal; numbers went through a double. */
export type Metadata = Readonly<Record<string, unknown>>;
