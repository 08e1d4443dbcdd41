import { QueryClientContext } from "@tanstack/react-query";
import { useContext, useSyncExternalStore } from "react";

/** The end of the session is said for the whole page. */
const SESSION_PATH = "/api/session";

/**
 * Why something that the page shows could not be asked again: what is shown of it is as old as it was then. Nothing
 * while all is fresh, of what was never there, and of what says it by itself.
 */
export function useStaleError(): unknown {
  const cache = useContext(QueryClientContext)?.getQueryCache();
  const stale = () =>
    cache
      ?.getAll()
      .find(
        (query) =>
          query.isActive() &&
          query.state.data !== undefined &&
          query.state.error !== null &&
          query.meta?.["saysItself"] !== true &&
          query.queryKey[0] !== SESSION_PATH,
      )?.state.error;
  return useSyncExternalStore((changed) => cache?.subscribe(changed) ?? (() => undefined), stale, stale);
}
