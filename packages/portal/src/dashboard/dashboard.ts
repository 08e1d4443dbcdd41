/**
 * The dashboard around the frame, as far as records go: where they have their addresses there, and which one a member
 * wants to see here. Only the window around the frame is heard, and only where its origin is a dashboard's. Contract
 * section 7 (Launch).
 */
import {
  type DashboardRecord,
  isDashboardOrigin,
  openRecord,
  recordAddress,
  recordMessage,
  recordsAddressIn,
  recordToShowIn,
} from "@annex/protocol";
import { createContext } from "react";

/** What links of a page go by. */
export interface Dashboard {
  /** The record's address; `undefined` until a dashboard has said where its records are. */
  readonly addressOf: (record: DashboardRecord) => string | undefined;
  /** Opens the record beside the app. */
  readonly open: (record: DashboardRecord) => void;
  /** Calls back whenever the addresses change; answers how to stop that. */
  readonly subscribe: (onChange: () => void) => () => void;
}

type Heard = Pick<MessageEvent, "origin" | "source" | "data">;
type FramedPage = Pick<Window, "parent" | "addEventListener">;

/** For pages that no dashboard is around. */
export const noDashboard: Dashboard = {
  addressOf: () => undefined,
  open: () => undefined,
  subscribe: () => () => undefined,
};

export const DashboardContext = createContext<Dashboard>(noDashboard);

/**
 * Asks the window around the frame, and listens to it for as long as the page lives.
 *
 * @param onShow called with a record that a member wants to see in the app
 */
export function watchDashboard(page: FramedPage, onShow: (record: DashboardRecord) => void): Dashboard {
  const { parent } = page;
  if (parent === (page as unknown)) return noDashboard;
  const listeners = new Set<() => void>();
  let known: { readonly origin: string; readonly address: string } | undefined;
  page.addEventListener("message", (message: Heard) => {
    if (message.source !== parent || !isDashboardOrigin(message.origin)) return;
    const record = recordToShowIn(message.data);
    if (record !== undefined) onShow(record);
    const address = recordsAddressIn(message.data, message.origin);
    if (address === undefined) return;
    known = { origin: message.origin, address };
    for (const listener of listeners) listener();
  });
  // The question holds nothing, so whoever frames the page may read it.
  parent.postMessage({ type: recordMessage.asked }, "*");
  return {
    addressOf: (record) => (known === undefined ? undefined : recordAddress(known.address, record)),
    open: (record) => {
      if (known !== undefined) parent.postMessage(openRecord(record), known.origin);
    },
    subscribe: (onChange) => {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}
