import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { usePortal } from "../provider/portal-context.ts";
import type { QueryValues } from "../requests/portal-client.ts";
import { nextRefresh, type RefreshOptions } from "./refresh.ts";
import { DEFAULT_IDLE_MILLISECONDS } from "./use-portal-query.ts";

const DEFAULT_REFRESH_MILLISECONDS = 2000;

/** A page of a list: its rows, and where the next page begins, if there is one. */
export interface ListAnswer<Row> {
  readonly data: readonly Row[];
  readonly next?: string | undefined;
}

/** How a list is loaded and kept fresh. */
export interface PortalListOptions<Row> extends RefreshOptions<readonly Row[]> {
  readonly query?: QueryValues;
  /** Rows a call asks for. */
  readonly limit: number;
  /** Pages are loaded one after the other until this many rows are there; then on demand. */
  readonly loadUpTo?: number;
  /**
   * Asks again in this many milliseconds otherwise, while the page is in sight, `false` never. Unless told, in 10,000 for
   * each page that is loaded: asking again is a call for each of them.
   */
  readonly idleMilliseconds?: number | false;
}

/** A list as far as it is loaded. */
export interface PortalList<Row, Answer extends ListAnswer<Row> = ListAnswer<Row>> {
  /** `undefined` until the first page is there. */
  readonly rows: readonly Row[] | undefined;
  /** The first page as it was answered: what the backend says beside the rows, such as how many there are. */
  readonly first?: Answer;
  readonly error: unknown;
  readonly loading: boolean;
  /** How to load more; absent when everything is there. */
  readonly more?: { readonly load: () => void; readonly loading: boolean };
  readonly refetch: () => void;
}

/**
 * A list that the backend hands out page by page with `after`.
 *
 * @example
 * const runs = usePortalList<RunJson>("/api/runs", { query: { status }, limit: 20 });
 */
export function usePortalList<Row, Answer extends ListAnswer<Row> = ListAnswer<Row>>(
  path: string,
  options: PortalListOptions<Row>,
): PortalList<Row, Answer> {
  const { client } = usePortal();
  const { query = {}, limit, loadUpTo = 0 } = options;
  const list = useInfiniteQuery({
    queryKey: [path, "list", query, limit],
    queryFn: ({ pageParam, signal }) =>
      client.get<Answer>(path, { query: { ...query, limit, after: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      nextRefresh(rowsOf(state.data?.pages) ?? [], options, {
        usual: DEFAULT_REFRESH_MILLISECONDS,
        idle: options.idleMilliseconds ?? DEFAULT_IDLE_MILLISECONDS * (state.data?.pages.length ?? 1),
        now: new Date(),
      }),
  });
  const rows = rowsOf(list.data?.pages);
  const first = list.data?.pages[0];
  const { hasNextPage, isFetching, fetchNextPage } = list;
  const loadsOn = hasNextPage && !isFetching && !list.isError && (rows?.length ?? 0) < loadUpTo;
  useEffect(() => {
    if (loadsOn) void fetchNextPage();
  }, [loadsOn, fetchNextPage]);
  return {
    rows,
    error: list.error ?? undefined,
    loading: list.isFetching,
    refetch: () => void list.refetch(),
    ...(first === undefined ? {} : { first }),
    ...(hasNextPage ? { more: { load: () => void fetchNextPage(), loading: list.isFetchingNextPage } } : {}),
  };
}

function rowsOf<Row>(pages: readonly ListAnswer<Row>[] | undefined): readonly Row[] | undefined {
  return pages?.flatMap((page) => page.data);
}
