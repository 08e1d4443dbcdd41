/**
 * How a framed page and the dashboard around it lead to each other's view of one record, of which the platform says
 * nothing (chosen values, contract section 7): the page asks where records have their addresses, and links to them; a
 * click is handed to the dashboard, which opens the record beside the app; and a member who comes from a record's page
 * is shown what the app knows of it. All four are messages between windows, and each side looks at where one came from
 * before it looks at what it says. A dashboard that knows none of them stays silent, and the page links to nothing.
 */
import { fieldOf } from "./window-messages.ts";

/** The records that have an address of their own in the dashboard. */
export const recordCollections = ["ledgers", "balances", "transactions", "identities", "alerts"] as const;

/** One record of the instance that the app is launched on. */
export type DashboardRecord = {
  readonly collection: (typeof recordCollections)[number];
  /** `txn_…`, `bln_…`, `ldg_…`, `idt_…` or `ano_…` */
  readonly id: string;
};

/** `type` of the four messages. */
export const recordMessage = {
  asked: "annex:records?",
  told: "annex:records",
  open: "annex:open-record",
  show: "annex:show-record",
} as const;

/**
 * Whether a message is the page's question. Whose it is has to be looked at first.
 *
 * @example
 * ```ts
 * if (event.source === frame.contentWindow && asksRecords(event.data)) answer();
 * ```
 */
export function asksRecords(message: unknown): boolean {
  return fieldOf(message, "type") === recordMessage.asked;
}

/**
 * The dashboard's answer: the address below which the instance's records have theirs.
 *
 * @example
 * ```ts
 * frame.contentWindow?.postMessage(recordsTold("http://127.0.0.1:4400/i/inst_1"), origin);
 * ```
 */
export function recordsTold(address: string) {
  return { type: recordMessage.told, address } as const;
}

/**
 * The address in an answer, where it is one of the dashboard that answered; else `undefined`.
 *
 * @param origin of the window that the message came from; whose it is has to be looked at first
 * @example
 * ```ts
 * recordsAddressIn(event.data, event.origin); // "http://127.0.0.1:4400/i/inst_1"
 * ```
 */
export function recordsAddressIn(message: unknown, origin: string): string | undefined {
  const address = fieldOf(message, "address");
  if (fieldOf(message, "type") !== recordMessage.told || typeof address !== "string") return undefined;
  if (!URL.canParse(address)) return undefined;
  const { protocol, origin: read, pathname, href } = new URL(address);
  const isWeb = protocol === "https:" || protocol === "http:";
  return isWeb && read === origin && href === `${origin}${pathname}` ? href.replace(/\/+$/, "") : undefined;
}

/**
 * The address of one record: it survives a reload and can be sent to a colleague.
 *
 * @example
 * ```ts
 * recordAddress("http://127.0.0.1:4400/i/inst_1", { collection: "transactions", id: "txn_1" });
 * // "http://127.0.0.1:4400/i/inst_1/transactions/txn_1"
 * ```
 */
export function recordAddress(address: string, { collection, id }: DashboardRecord): string {
  return `${address}/${collection}/${encodeURIComponent(id)}`;
}

/**
 * The page's request to open a record beside it.
 *
 * @example
 * ```ts
 * window.parent.postMessage(openRecord({ collection: "balances", id: "bln_1" }), dashboardOrigin);
 * ```
 */
export function openRecord(record: DashboardRecord) {
  return { type: recordMessage.open, ...record } as const;
}

/**
 * The record that a page asks to open; `undefined` when the message is none. Whose it is has to be looked at first.
 *
 * @example
 * ```ts
 * recordToOpenIn(event.data)?.id; // "bln_1"
 * ```
 */
export function recordToOpenIn(message: unknown): DashboardRecord | undefined {
  return fieldOf(message, "type") === recordMessage.open ? recordIn(message) : undefined;
}

/**
 * The dashboard's request to show what the app knows of a record.
 *
 * @example
 * ```ts
 * frame.contentWindow?.postMessage(showRecord({ collection: "transactions", id: "txn_1" }), origin);
 * ```
 */
export function showRecord(record: DashboardRecord) {
  return { type: recordMessage.show, ...record } as const;
}

/**
 * The record that the dashboard asks to be shown; `undefined` when the message is none. Whose it is has to be looked at
 * first.
 *
 * @example
 * ```ts
 * recordToShowIn(event.data)?.id; // "txn_1"
 * ```
 */
export function recordToShowIn(message: unknown): DashboardRecord | undefined {
  return fieldOf(message, "type") === recordMessage.show ? recordIn(message) : undefined;
}

function recordIn(message: unknown): DashboardRecord | undefined {
  const named = fieldOf(message, "collection");
  const collection = recordCollections.find((one) => one === named);
  const id = fieldOf(message, "id");
  if (collection === undefined || typeof id !== "string" || !/^[A-Za-z0-9_-]{1,100}$/.test(id))
    return undefined;
  return { collection, id };
}
