import { LoadingState } from "@annex/ui";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import type { PortalClient } from "../requests/portal-client.ts";
import { ErrorState } from "../states/ErrorState.tsx";
import { type Portal, PortalContext, type SessionAnswer, sessionInfo } from "./portal-context.ts";

/** How soon an uninstall or the end of the session is noticed, in milliseconds, while the page is in sight. */
const WATCH_MILLISECONDS = 10_000;

/** Loads who uses the page, then shows it; notices by itself when the session or the installation has ended. */
export function SessionLoader(props: { readonly client: PortalClient; readonly children: ReactNode }) {
  const { client, children } = props;
  const query = useQuery({
    queryKey: ["/api/session"],
    queryFn: ({ signal }) => client.get<SessionAnswer>("/api/session", { signal }),
    refetchInterval: WATCH_MILLISECONDS,
  });
  const answer = query.data;
  const portal = useMemo<Portal | undefined>(
    () => (answer === undefined ? undefined : { client, session: sessionInfo(answer) }),
    [client, answer],
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
