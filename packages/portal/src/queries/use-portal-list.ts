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
export interface PortalListOptions<Row, Answer extends ListAnswer<Row> = ListAnswer<Row>>
  extends Omit<RefreshOptions<readonly Row[]>, "refreshWhile"> {
  /** Asks again after `refreshMilliseconds` for as long as this says so about the rows and the first page. */
  readonly refreshWhile?: (rows: readonly Row[], first: Answer | undefined) => boolean;
  readonly query?: QueryValues;
  /** Rows a call asks for. */
  readonly limit: number;
  /**
   * Pages are loaded one after the other until this many rows are there; then on demand. Pages that are not full, as of a
   * search that finds little, are loaded so no further than ten, or than full ones would be.
   */
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
  /** How to load more, and whether more is on its way or comes by itself; absent when everything is there. */
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
  options: PortalListOptions<Row, Answer>,
): PortalList<Row, Answer> {
  const { client } = usePortal();
  const { query = {}, limit } = options;
  const list = useInfiniteQuery({
    queryKey: [path, "list", query, limit],
    queryFn: ({ pageParam, signal }) =>
      client.get<Answer>(path, { query: { ...query, limit, after: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => {
      const refreshWhile = (rows: readonly Row[]) =>
        options.refreshWhile?.(rows, state.data?.pages[0]) === true;
      return nextRefresh(
        rowsOf(state.data?.pages) ?? [],
        { ...options, refreshWhile },
        {
          usual: DEFAULT_REFRESH_MILLISECONDS,
          idle: options.idleMilliseconds ?? DEFAULT_IDLE_MILLISECONDS * (state.data?.pages.length ?? 1),
          now: new Date(),
        },
      );
    },
  });
  const rows = rowsOf(list.data?.pages);
  const first = list.data?.pages[0];
  const { hasNextPage, isFetching, fetchNextPage } = list;
  const goesOn = hasNextPage && !list.isError && loadsByItself(list.data?.pages ?? [], options);
  const loadsOn = goesOn && !isFetching;
  useEffect(() => {
    if (loadsOn) void fetchNextPage();
  }, [loadsOn, fetchNextPage]);
  const loading = list.isFetchingNextPage || goesOn;
  return {
    rows,
    error: list.error ?? undefined,
    loading: list.isFetching,
    refetch: () => void list.refetch(),
    ...(first === undefined ? {} : { first }),
    ...(hasNextPage ? { more: { load: () => void fetchNextPage(), loading } } : {}),
  };
}

/** So many pages are loaded by themselves, however few rows are on them. */
const fewestPages = 10;

/** Whether the page after these is loaded without being asked for. Pure. */
export function loadsByItself(
  pages: readonly ListAnswer<unknown>[],
  { limit, loadUpTo = 0 }: Pick<PortalListOptions<unknown>, "limit" | "loadUpTo">,
): boolean {
  const mostPages = Math.max(fewestPages, Math.ceil(loadUpTo / limit));
  return (rowsOf(pages)?.length ?? 0) < loadUpTo && pages.length < mostPages;
}

function rowsOf<Row>(pages: readonly ListAnswer<Row>[] | undefined): readonly Row[] | undefined {
  return pages?.flatMap((page) => page.data);
}
