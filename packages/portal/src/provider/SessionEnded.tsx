import { formatMoment } from "@annex/ui";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { keepPlace, placeNow } from "../navigation/place.ts";
import type { PortalError } from "../refusals/portal-error.ts";
import { ErrorState } from "../states/ErrorState.tsx";
import { SessionEndedContext } from "../states/session-ended.ts";
import type { SessionInfo } from "./portal-context.ts";

/**
 * The page as it was when its session ended: still there to be read, as of then, and no longer to be used; above it what
 * to do, and that the next launch opens here. Contract section 10.
 */
export function SessionEnded(props: {
  readonly error: PortalError;
  readonly session: SessionInfo;
  readonly children: ReactNode;
}) {
  const { error, session } = props;
  const [endedAt] = useState(() => new Date());
  const [place] = useState(() => placeNow(window.location));
  const [kept, setKept] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    setKept(keepPlace(() => window.localStorage, session, place, Date.now()));
    // What had the focus cannot be used any more.
    box.current?.focus({ preventScroll: true });
  }, [session, place]);
  return (
    <>
      <div className="annex-ended" ref={box} tabIndex={-1}>
        <ErrorState error={error} />
        <p className="annex-dim">
          What stands below is as of {formatMoment(endedAt, "seconds")}.{" "}
          {kept ? "The next launch opens this page again." : <WhereToGo place={place} />}
        </p>
      </div>
      <div className="annex-behind" inert>
        <SessionEndedContext value={true}>{props.children}</SessionEndedContext>
      </div>
    </>
  );
}

/** Said where this frame may not keep the place for the next launch. */
function WhereToGo({ place }: { readonly place: string }) {
  return (
    <>
      You were at <code translate="no">{place}</code>.
    </>
  );
}
