import { asksColorScheme, colorSchemeTold } from "@annex/protocol/words";
import { useComputedColorScheme } from "@mantine/core";
import { type RefObject, useEffect, useRef } from "react";

/**
 * Tells the framed app whether the dashboard is dark or light: when its page asks, and again whenever the member
 * switches. Only the app's own page, at the origin of its portal URL, is heard and told. Contract section 7 (Launch).
 */
export function useFrameScheme(frame: RefObject<HTMLIFrameElement | null>, portalUrl: string): void {
  const scheme = useComputedColorScheme("dark", { getInitialValueInEffect: false });
  const wanted = useRef(false);
  useEffect(() => {
    const { origin } = new URL(portalUrl);
    const tell = () => frame.current?.contentWindow?.postMessage(colorSchemeTold(scheme), origin);
    const onMessage = (message: MessageEvent) => {
      if (message.source !== frame.current?.contentWindow || message.origin !== origin) return;
      if (!asksColorScheme(message.data)) return;
      wanted.current = true;
      tell();
    };
    if (wanted.current) tell();
    window.addEventListener("message", onMessage);
    return () => window.removeEventListener("message", onMessage);
  }, [frame, portalUrl, scheme]);
}
