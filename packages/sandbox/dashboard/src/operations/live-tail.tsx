/** What happens in the organization, as it happens: calls and deliveries, the newest first. */
import { Badge, formatMoment, HttpStatus, momentOf } from "@annex/ui";
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { listenTo, type StreamedEvent } from "../api/event-stream.ts";
import { useLoseSession } from "../api/queries.ts";
import type { AuditEntry, Delivery } from "../api/types.ts";
import { useInstance } from "../session/session.ts";
import { actorName } from "./actor-words.ts";
import { type Happening, happeningIn, withHappening } from "./happenings.ts";

type WatchButtonProps = { readonly on: boolean; readonly onChange: (on: boolean) => void };

/** Of the view that the button opens, elsewhere on the page. */
const viewId = "live-view";

/** Opens and closes the live view. */
export function WatchButton({ on, onChange }: WatchButtonProps) {
  return (
    <Button
      variant="default"
      aria-expanded={on}
      aria-controls={on ? viewId : undefined}
      onClick={() => onChange(!on)}
    >
      {on ? "Stop watching" : "Watch live"}
    </Button>
  );
}

export function LiveTail() {
  const { instance_id } = useInstance();
  const [happenings, connected] = useHappenings();
  return (
    <section id={viewId} className="annex-tail" aria-label="Live">
      <Badge tone={connected ? "success" : "warning"} live={connected}>
        {connected ? "live" : "connecting"}
      </Badge>
      <ol className="annex-card annex-tail__list" aria-label="Happening now" aria-live="off">
        {happenings.length === 0 ? (
          <li className="annex-dim">Nothing yet. Launch an app, or let one call.</li>
        ) : (
          happenings.map((happening) => (
            <HappeningLine key={happening.id} happening={happening} instanceId={instance_id} />
          ))
        )}
      </ol>
    </section>
  );
}

type LineProps = { readonly happening: Happening; readonly instanceId: string };

function HappeningLine({ happening, instanceId }: LineProps) {
  const at = momentOf(happening.time);
  const { body } = happening;
  const section = body.kind === "call" ? "audit" : "deliveries";
  return (
    <li>
      <span className="annex-figures" translate="no">
        {at === undefined ? "" : formatMoment(at, "milliseconds").slice(11, 23)}
      </span>
      <HttpStatus status={body.kind === "call" ? body.call.status : body.delivery.status} />
      <Link className="annex-link" to={`/i/${instanceId}/${section}/${happening.id}`}>
        {body.kind === "call" ? <CallWords call={body.call} /> : <DeliveryWords delivery={body.delivery} />}
      </Link>
    </li>
  );
}

function CallWords({ call }: { readonly call: AuditEntry }) {
  return (
    <>
      <span className="annex-call" translate="no">
        <strong>{call.method}</strong> {call.path}
      </span>{" "}
      {actorName(call)}
    </>
  );
}

function DeliveryWords({ delivery }: { readonly delivery: Delivery }) {
  return `${delivery.kind} → ${delivery.app_name}`;
}

/** Listens while it is shown. */
function useHappenings(): readonly [readonly Happening[], boolean] {
  const [happenings, setHappenings] = useState<readonly Happening[]>([]);
  const [connected, setConnected] = useState(false);
  const onSessionLost = useLoseSession();
  useEffect(() => {
    const closing = new AbortController();
    const onEvent = ({ type, data }: StreamedEvent) => {
      const happening = happeningIn(type, data);
      if (happening !== undefined) setHappenings((before) => withHappening(before, happening));
    };
    const listener = { onConnected: setConnected, onEvent, onSessionLost };
    void listenTo("/api/events", listener, closing.signal);
    return () => closing.abort();
  }, [onSessionLost]);
  return [happenings, connected];
}
