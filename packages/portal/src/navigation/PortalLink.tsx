import type { AnchorHTMLAttributes, MouseEvent } from "react";
import { addressBelow, navigate } from "./route.ts";

/** Whether the browser should follow the link itself: another tab or window was asked for. */
export function leavesTab(event: MouseEvent): boolean {
  return (
    event.defaultPrevented ||
    event.button !== 0 ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey
  );
}

/**
 * A link to a page of this portal, followed without loading anything anew.
 *
 * @example
 * <PortalLink to={`/runs/${run.run_id}`}>Open</PortalLink>
 */
export function PortalLink({
  to,
  ...anchor
}: { readonly to: string } & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href">) {
  return (
    <a
      {...anchor}
      href={addressBelow(to)}
      onClick={(event) => {
        anchor.onClick?.(event);
        if (leavesTab(event)) return;
        event.preventDefault();
        navigate(to);
      }}
    />
  );
}
