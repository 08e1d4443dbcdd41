import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo } from "react";
import type { PortalClient } from "../requests/portal-client.ts";
import { ErrorState } from "../states/ErrorState.tsx";
import { LoadingState } from "../states/LoadingState.tsx";
import {
  type Portal,
  PortalContext,
  type SessionAnswer,
  type SessionInfo,
  sessionInfo,
} from "./portal-context.ts";
import { idleLife, untilCheck } from "./session-watch.ts";

interface LoadedSession {
  readonly info: SessionInfo;
  readonly life: number | undefined;
}

async function loadSession(client: PortalClient, signal: AbortSignal): Promise<LoadedSession> {
  const info = sessionInfo(await client.get<SessionAnswer>("/api/session", { signal }));
  return { info, life: idleLife(info.expiresAt, Date.now()) };
}

/** Asks whether the session is over just after it would be, if no other call has extended it. */
function useSessionWatch(client: PortalClient, life: number | undefined, ask: () => unknown): void {
  useEffect(() => {
    if (life === undefined) return;
    let timer: ReturnType<typeof setTimeout>;
    const watch = () => {
      const wait = untilCheck(life, client.lastAcceptedAt(), Date.now());
      timer = setTimeout(wait === 0 ? ask : watch, wait);
    };
    watch();
    return () => clearTimeout(timer);
  }, [client, life, ask]);
}

/** Loads who uses the page, then shows it; notices by itself when the session has ended. */
export function SessionLoader(props: { readonly client: PortalClient; readonly children: ReactNode }) {
  const { client, children } = props;
  const query = useQuery({
    queryKey: ["/api/session"],
    queryFn: ({ signal }) => loadSession(client, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  useSessionWatch(client, query.data?.life, query.refetch);
  const portal = useMemo<Portal | undefined>(
    () => (query.data === undefined ? undefined : { client, session: query.data.info }),
    [client, query.data],
  );
  if (portal !== undefined) return <PortalContext value={portal}>{children}</PortalContext>;
  return (
    <main className="annex-standalone">
      {query.isError ? (
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
