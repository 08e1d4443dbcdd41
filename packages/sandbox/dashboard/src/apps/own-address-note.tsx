import { Notice } from "@annex/ui";

type OwnAddressNoteProps = {
  /** The portal URL as it is registered, its secret masked or not; or what somebody has typed so far. */
  readonly portalUrl: string;
};

/** Said of an app that a browser takes for a page of the dashboard's own site. Contract section 7 (Launch). */
export function OwnAddressNote({ portalUrl }: OwnAddressNoteProps) {
  const { hostname } = window.location;
  const url = URL.canParse(portalUrl) ? new URL(portalUrl) : undefined;
  if (url?.hostname !== hostname || hostname !== "127.0.0.1") return null;
  url.hostname = "localhost";
  return (
    <Notice tone="warning" title="At the dashboard's own address">
      This app is at the dashboard's own address, {hostname}: its cookies work here and not in production.
      Register it at <span className="annex-identifier">{url.origin}</span>.
    </Notice>
  );
}
