/** Reading the rows by which a write that may have been done is looked for. Needs `data:read`. */
import { dataPageSize } from "@annex/protocol";
import type { FilterCollectionClient } from "../data/filters.ts";
import type { Transaction } from "../records/records.ts";
import type { CallOptions } from "../transport/transport.ts";

/**
 * How many references or parents one look-up names: mostly each has one row, and all are in one answer. One fewer than a
 * page holds, since after a full page a walk has to ask whether there is another.
 */
const lookUpSize = dataPageSize.largest - 1;
/** How many look-ups are on their way at once: as many as one batch needs. */
const atOnce = 3;
/** A batch's row, the hold below it, its commit: no row that belongs to an id is deeper. */
const deepest = 3;

/** The transactions recorded under these references, in no order. */
export type FindByReferences = (
  references: readonly string[],
  options: CallOptions | undefined,
) => Promise<readonly Transaction[]>;

/** The row with this id and the rows below it. */
export type FindFamily = (id: string, options: CallOptions | undefined) => Promise<readonly Transaction[]>;

type Field = "reference" | "parent_transaction" | "transaction_id";

/** Binds the look-ups to the Filters API, whose lists are not limited by the length of an address. */
export function transactionRows(transactions: FilterCollectionClient<Transaction>): {
  readonly findByReferences: FindByReferences;
  readonly findFamily: FindFamily;
} {
  const lookUp = async (field: Field, values: readonly string[], options: CallOptions | undefined) => {
    const filter = { field, operator: "in", values } as const;
    const found: Transaction[] = [];
    for await (const row of transactions.iterate({ filters: [filter] }, options)) {
      found.push(row);
      // No two rows have one reference, nor one id: who has them all need not ask whether there are more.
      if (field !== "parent_transaction" && found.length === values.length) break;
    }
    return found;
  };
  const findWhere = async (field: Field, values: readonly string[], options: CallOptions | undefined) => {
    const found: Transaction[] = [];
    const parts = partsOf(values, lookUpSize);
    for (const together of partsOf(parts, atOnce)) {
      const answers = await Promise.all(together.map((part) => lookUp(field, part, options)));
      found.push(...answers.flat());
    }
    return found;
  };
  return {
    findByReferences: (references, options) => findWhere("reference", references, options),
    async findFamily(id, options) {
      const family = await findWhere("transaction_id", [id], options);
      let parents: readonly string[] = [id];
      for (let depth = 0; depth < deepest && parents.length > 0; depth += 1) {
        const children = await findWhere("parent_transaction", parents, options);
        family.push(...children);
        parents = children.map((row) => row.transaction_id);
      }
      return family;
    },
  };
}

function partsOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_part, index) => items.slice(index * size, (index + 1) * size));
}
