import { LoadingState } from "@annex/ui";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { forgetOldPlaces, placeNow, takePlace } from "../navigation/place.ts";
import { navigate } from "../navigation/route.ts";
import type { PortalError } from "../refusals/portal-error.ts";
import { remedyFor } from "../refusals/remedies.ts";
import type { PortalClient } from "../requests/portal-client.ts";
import { createDrafts, type Drafts, DraftsContext } from "../session/drafts.ts";
import { ErrorState } from "../states/ErrorState.tsx";
import {
  type Portal,
  PortalContext,
  type SessionAnswer,
  type SessionInfo,
  sessionInfo,
} from "./portal-context.ts";
import { SessionEnded } from "./SessionEnded.tsx";

/** How soon an uninstall or the end of the session is noticed, in milliseconds, while the page is in sight. */
const WATCH_MILLISECONDS = 10_000;

/** Loads who uses the page, then shows it; notices by itself when the session or the installation has ended. */
export function SessionLoader(props: {
  readonly client: PortalClient;
  /** After this nothing on the page can succeed. */
  readonly ended: PortalError | undefined;
  /** Is told who uses the page, before anything can be pressed. */
  readonly member: RefObject<string | undefined>;
  readonly children: ReactNode;
}) {
  const { client, ended, member, children } = props;
  const query = useQuery({
    queryKey: ["/api/session"],
    // One answer that never comes must not keep the page from asking the next time.
    queryFn: ({ signal }) =>
      client.get<SessionAnswer>("/api/session", { signal, timeLimitMilliseconds: WATCH_MILLISECONDS }),
    refetchInterval: WATCH_MILLISECONDS,
  });
  const answer = query.data;
  const portal = useMemo<Portal | undefined>(
    () => (answer === undefined ? undefined : { client, session: sessionInfo(answer) }),
    [client, answer],
  );
  const [drafts] = useState(createDrafts);
  useKeptPlace(portal?.session, drafts);
  useMember(portal?.session, member);
  if (portal !== undefined && (ended === undefined || remedyFor(ended.details).kind === "launch")) {
    return (
      <DraftsContext value={drafts}>
        <SessionEnded error={ended} session={portal.session}>
          <PortalContext value={portal}>{children}</PortalContext>
        </SessionEnded>
      </DraftsContext>
    );
  }
  return (
    <main className="annex-standalone">
      {ended !== undefined ? (
        <ErrorState error={ended} size="page" />
      ) : query.isError ? (
        <ErrorState
          error={query.error}
          size="page"
          onRetry={() => void query.refetch()}
          retrying={query.isFetching}
        />
      ) : (
        <LoadingState label="Loading" rows={5} />
      )}
    </main>
  );
}

/** In the later edition, which names nobody, a press belongs to its session: no other tab can go on with it. */
function useMember(session: SessionInfo | undefined, member: RefObject<string | undefined>): void {
  useLayoutEffect(() => {
    if (session?.userId === undefined) return;
    member.current = `${session.installedAppId}.${session.userId}`;
  }, [session, member]);
}

/** A launch that follows a session's end opens where the reader was then; an address that was asked for goes first. */
function useKeptPlace(session: SessionInfo | undefined, drafts: Drafts): void {
  const looked = useRef(false);
  useEffect(() => forgetOldPlaces(() => window.localStorage, Date.now()), []);
  useEffect(() => {
    if (session === undefined || looked.current) return;
    looked.current = true;
    const place = takePlace(() => window.localStorage, session, Date.now());
    if (place === undefined) return;
    drafts.put(place.drafts);
    if (placeNow(window.location) === "/") navigate(place.place, { replace: true });
  }, [session, drafts]);
}
