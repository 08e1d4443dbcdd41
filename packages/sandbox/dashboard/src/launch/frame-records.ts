import { asksRecords, recordsTold, recordToOpenIn, showRecord } from "@annex/protocol/words";
import { type RefObject, useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { useInstance } from "../session/session.ts";
import { useLaunchPanel } from "./launch-state.tsx";

/**
 * Tells the framed app where records have their addresses, opens those it asks for beside it, and hands it the one that
 * a member wants to see there. Only the app's own page, at the origin of its portal URL, is heard and told. Contract
 * section 7 (Launch).
 */
export function useFrameRecords(frame: RefObject<HTMLIFrameElement | null>, portalUrl: string): void {
  const { instance_id } = useInstance();
  const { toShow, shown } = useLaunchPanel();
  const navigate = useNavigate();
  const listens = useRef(false);
  const place = `/i/${instance_id}`;
  useEffect(() => {
    const { origin } = new URL(portalUrl);
    const tell = (message: object) => frame.current?.contentWindow?.postMessage(message, origin);
    const hand = () => {
      if (!listens.current || toShow === undefined) return;
      tell(showRecord(toShow));
      shown();
    };
    const onMessage = (message: MessageEvent) => {
      if (message.source !== frame.current?.contentWindow || message.origin !== origin) return;
      const record = recordToOpenIn(message.data);
      if (record !== undefined) void navigate(`${place}/${record.collection}/${record.id}`);
      if (!asksRecords(message.data)) return;
      listens.current = true;
      tell(recordsTold(`${window.location.origin}${place}`));
      hand();
    };
    hand();
    window.addEventListener("message", onMessage);
    return () => window.removeEventListener("message", onMessage);
  }, [frame, portalUrl, place, navigate, toShow, shown]);
}
