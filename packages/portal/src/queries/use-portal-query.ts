import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { usePortal } from "../provider/portal-context.ts";
import type { QueryValues } from "../requests/portal-client.ts";
import { nextRefresh, type RefreshOptions } from "./refresh.ts";

const DEFAULT_REFRESH_MILLISECONDS = 1000;
/** What nobody waits for is asked again so often while it is in sight: it changes without the reader. */
export const DEFAULT_IDLE_MILLISECONDS = 10_000;

/** How a query is kept fresh. */
export interface PortalQueryOptions<T> extends RefreshOptions<T> {
  readonly query?: QueryValues;
  /**
   * Asks again in this many milliseconds otherwise, while the page is in sight, `false` never. Unless told, in 10,000,
   * but not before the answer has ceased to be fresh.
   */
  readonly idleMilliseconds?: number | false;
  /** For how long an answer counts as fresh, in milliseconds; 0 unless told. */
  readonly freshMilliseconds?: number;
  readonly enabled?: boolean;
  /** The page shows by itself that asking again failed: `Page` need not say it. */
  readonly saysItself?: boolean;
}

const saysItself = { saysItself: true };

/**
 * An answer of the app's backend, kept fresh.
 *
 * It is asked again when the reader returns to the page, while `refreshWhile` says so, and every
 * `idleMilliseconds`. Asking alone does not keep the session alive: see `Presence`.
 *
 * @example
 * const overview = usePortalQuery<Overview>("/api/overview", { refreshWhile: (o) => o.active_run !== undefined });
 */
export function usePortalQuery<T>(path: string, options: PortalQueryOptions<T> = {}): UseQueryResult<T> {
  const { client } = usePortal();
  const { query = {}, freshMilliseconds = 0 } = options;
  const idle = options.idleMilliseconds ?? Math.max(DEFAULT_IDLE_MILLISECONDS, freshMilliseconds);
  return useQuery<T>({
    queryKey: [path, query],
    queryFn: ({ signal }) => client.get<T>(path, { query, signal }),
    enabled: options.enabled ?? true,
    ...(options.saysItself === true ? { meta: saysItself } : {}),
    staleTime: freshMilliseconds,
    refetchInterval: ({ state }) =>
      nextRefresh(state.data, options, { usual: DEFAULT_REFRESH_MILLISECONDS, idle, now: new Date() }),
  });
}
