import type { DashboardRecord } from "@annex/protocol";
import { CopyButton, Identifier, ShortId } from "@annex/ui";
import { type MouseEvent, useContext, useSyncExternalStore } from "react";
import { leavesTab } from "../navigation/PortalLink.tsx";
import { DashboardContext } from "./dashboard.ts";

/**
 * The id of a record, with a button that copies it. Within a dashboard that says where its records are, it is a link:
 * a click opens the record beside the app, and another tab opens its address.
 *
 * @param props.label what the id is, for the button's name: "transaction" gives "Copy transaction txn_…"
 * @example
 * <RecordLink collection="transactions" id={leg.transaction_id} label="transaction" />
 */
export function RecordLink(props: DashboardRecord & { readonly label: string; readonly whole?: boolean }) {
  const { collection, id, label } = props;
  const dashboard = useContext(DashboardContext);
  const address = useSyncExternalStore(dashboard.subscribe, () => dashboard.addressOf({ collection, id }));
  const shown = props.whole === true ? <Identifier id={id} /> : <ShortId id={id} />;
  const follow = (event: MouseEvent) => {
    if (leavesTab(event)) return;
    event.preventDefault();
    dashboard.open({ collection, id });
  };
  return (
    <span className="annex-id">
      {address === undefined ? (
        shown
      ) : (
        <a href={address} target="_blank" rel="noreferrer" title="Open in the dashboard" onClick={follow}>
          {shown}
        </a>
      )}
      <CopyButton value={id} name={`${label} ${id}`} />
    </span>
  );
}
