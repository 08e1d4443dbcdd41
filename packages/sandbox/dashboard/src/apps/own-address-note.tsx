import { ownAddressNotice } from "@annex/sandbox/page-words";
import { Notice } from "@annex/ui";

type OwnAddressNoteProps = {
  /** The portal URL as it is registered, its secret masked or not; or what somebody has typed so far. */
  readonly portalUrl: string;
};

/** Said of an app that a browser takes for a page of the dashboard's own site. Contract section 7 (Launch). */
export function OwnAddressNote({ portalUrl }: OwnAddressNoteProps) {
  const notice = ownAddressNotice(portalUrl);
  if (notice === undefined || window.location.hostname !== new URL(portalUrl).hostname) return null;
  return (
    <Notice tone="warning" title="At the dashboard's own address">
      {notice}
    </Notice>
  );
}
