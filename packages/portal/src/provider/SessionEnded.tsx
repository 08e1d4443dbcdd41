import { formatMoment } from "@annex/ui";
import { type ReactNode, useContext, useEffect, useRef, useState } from "react";
import { keepPlace, mayKeepTyped, placeNow } from "../navigation/place.ts";
import type { PortalError } from "../refusals/portal-error.ts";
import { DraftsContext } from "../session/drafts.ts";
import { ErrorState } from "../states/ErrorState.tsx";
import { SessionEndedContext } from "../states/session-ended.ts";
import type { SessionInfo } from "./portal-context.ts";

/**
 * The page, and from the end of its session on as it was then: still there to be read, with all that was opened and typed, and
 * no longer to be used; above it what to do, and that the next launch opens here. Contract section 10.
 */
export function SessionEnded(props: {
  /** What ended it; undefined while it goes on. */
  readonly error: PortalError | undefined;
  readonly session: SessionInfo;
  readonly children: ReactNode;
}) {
  const { error, session } = props;
  const hasEnded = error !== undefined;
  return (
    <>
      {hasEnded && <HowToGoOn error={error} session={session} />}
      {/* The same element before and after: another one would be a new page, which has forgotten everything. */}
      <div className={hasEnded ? "annex-behind" : "annex-current"} inert={hasEnded}>
        <SessionEndedContext value={hasEnded}>{props.children}</SessionEndedContext>
      </div>
    </>
  );
}

function HowToGoOn({ error, session }: { readonly error: PortalError; readonly session: SessionInfo }) {
  const [endedAt] = useState(() => new Date());
  const [place] = useState(() => placeNow(window.location));
  const [kept, setKept] = useState(false);
  const [typed, setTyped] = useState(false);
  const named = mayKeepTyped(session);
  const drafts = useContext(DraftsContext);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const texts = drafts.kept();
    setTyped(Object.keys(texts).length > 0);
    setKept(keepPlace(() => window.localStorage, session, { place, drafts: texts }, Date.now()));
    // What had the focus cannot be used any more.
    box.current?.focus({ preventScroll: true });
  }, [session, place, drafts]);
  return (
    <div className="annex-ended" ref={box} tabIndex={-1}>
      <ErrorState error={error} />
      <p className="annex-dim">
        What stands below is as of {formatMoment(endedAt, "seconds")}.{" "}
        {kept ? (
          `The next launch opens this page again${typed && named ? ", with what you typed" : ""}.`
        ) : (
          <WhereToGo place={place} />
        )}
        {typed && ` ${whatIsNotKept(kept, named)}`}
      </p>
    </div>
  );
}

function whatIsNotKept(kept: boolean, named: boolean): string {
  if (!kept) return "What you typed could not be kept.";
  if (!named) return "What you typed is not kept, because this app is not told who you are.";
  return "A key or password is never kept.";
}

/** Said where this frame may not keep the place for the next launch. */
function WhereToGo({ place }: { readonly place: string }) {
  return (
    <>
      You were at <code translate="no">{place}</code>.
    </>
  );
}
