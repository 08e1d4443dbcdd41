/** What the command palette offers for a text. Pure. */

/** One thing to do: its words, what it belongs to, and the address it leads to. */
export type PaletteEntry = {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  readonly to: string;
};

const kinds: Readonly<Record<string, { readonly section: string; readonly name: string }>> = {
  txn: { section: "transactions", name: "transaction" },
  bln: { section: "balances", name: "balance" },
  ldg: { section: "ledgers", name: "ledger" },
  idt: { section: "identities", name: "identity" },
  ano: { section: "alerts", name: "alert" },
  app: { section: "apps", name: "app" },
  dlv: { section: "deliveries", name: "delivery" },
  req: { section: "audit", name: "call" },
};

/**
 * The entry that opens the record of an id, or `undefined` when the text is none.
 *
 * @example
 * ```ts
 * entryOfId("txn_1", "inst_1")?.to; // "/i/inst_1/transactions/txn_1"
 * ```
 */
export function entryOfId(text: string, instanceId: string): PaletteEntry | undefined {
  const id = text.trim();
  const kind = /^[a-z]+_[\w-]+$/.test(id) ? kinds[id.split("_", 1)[0] ?? ""] : undefined;
  if (kind === undefined) return undefined;
  const to = `/i/${instanceId}/${kind.section}/${encodeURIComponent(id)}`;
  return { id: `open ${id}`, label: `Open ${kind.name} ${id}`, group: "By id", to };
}

/** The entries that have every word of the text, in the order given; all for an empty text. */
export function entriesMatching(entries: readonly PaletteEntry[], text: string): readonly PaletteEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ label, group }) => {
    const searched = `${group} ${label}`.toLowerCase();
    return words.every((word) => searched.includes(word));
  });
}

/** The position after a key; it goes round at both ends. */
export function positionAfterKey(key: string, position: number, count: number): number {
  if (count === 0) return 0;
  if (key === "ArrowDown") return (position + 1) % count;
  if (key === "ArrowUp") return (position - 1 + count) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : position;
}
