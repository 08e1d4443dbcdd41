/**
 * Dark or light: what the dashboard around the frame shows, by its own word; without one, what the reader's system
 * prefers. Nothing is stored, since storage may be denied in a cross-site frame. Contract section 7 (Launch).
 */
import { type ColorScheme, colorSchemeIn, colorSchemeMessage, isDashboardOrigin } from "@annex/protocol";
import type { MantineColorSchemeManager } from "@mantine/core";

type Heard = Pick<MessageEvent, "origin" | "source" | "data">;

/**
 * The scheme a message tells, when it comes from the page around the frame, and that page is a dashboard's.
 *
 * @param parent the window around the frame
 */
export function schemeToldBy(message: Heard, parent: unknown): ColorScheme | undefined {
  if (message.source !== parent || !isDashboardOrigin(message.origin)) return undefined;
  return colorSchemeIn(message.data);
}

/** Follows the dashboard while the page is framed, and the system where it is not. */
export function followingColorScheme(page: Window): MantineColorSchemeManager {
  let told: ColorScheme | undefined;
  let listener: ((message: MessageEvent) => void) | undefined;
  return {
    get: () => told ?? "auto",
    set: () => undefined,
    subscribe: (onUpdate) => {
      if (page.parent === page) return;
      listener = (message) => {
        const scheme = schemeToldBy(message, page.parent);
        if (scheme === undefined) return;
        told = scheme;
        onUpdate(scheme);
      };
      page.addEventListener("message", listener);
      // The question holds nothing, so whoever frames the page may read it.
      page.parent.postMessage({ type: colorSchemeMessage.asked }, "*");
    },
    unsubscribe: () => {
      if (listener !== undefined) page.removeEventListener("message", listener);
      listener = undefined;
    },
    clear: () => undefined,
  };
}
