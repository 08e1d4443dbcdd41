import type { Delivery, Sorting } from "@annex/ui";
import { useCallback } from "react";
import { useSearchParams } from "react-router";
import type { Query } from "../api/http.ts";

const sizes = [20, 50, 100, 200] as const;
const usualSize = 20;

/** What a list asks for, as its address says it. */
export type ListParameters = ReturnType<typeof useListParameters>;

/**
 * Filters, order, page and page size of a list, kept in the address, so that a
 * reload, a bookmark and the back button show the same rows.
 */
export function useListParameters() {
  const [parameters, setParameters] = useSearchParams();
  const get = (name: string): string => parameters.get(name) ?? "";

  const set = useCallback(
    (changes: Readonly<Record<string, string | null>>) => {
      setParameters((current) => changed(current, changes), { replace: true });
    },
    [setParameters],
  );

  const page = pageIn(get("page"));
  const pageSize = sizes.find((size) => String(size) === get("size")) ?? usualSize;
  const sorting = sortingIn(get("sort"));
  const order: Query = {
    order_by: sorting?.column,
    order_dir: sorting === undefined ? undefined : directions[sorting.direction],
  };
  const delivery = (total: number | undefined, totalIsMinimum = false): Delivery => ({
    page,
    pageSize,
    total: total ?? 0,
    totalIsMinimum,
    onPage: (next) => set({ page: String(next) }),
    sorting,
    onSort: (next) => set({ sort: `${next.direction === "descending" ? "-" : ""}${next.column}` }),
    sizes,
    onPageSize: (size) => set({ size: size === usualSize ? null : String(size) }),
  });
  return {
    get,
    set,
    clear: (names: readonly string[]) => set(Object.fromEntries(names.map((name) => [name, null]))),
    order,
    /** Page and order, as every list of the Dashboard API takes them. */
    query: { page, pageSize, ...order } satisfies Query,
    delivery,
  };
}

const directions = { ascending: "asc", descending: "desc" } as const;

/** A page of an address, written in digits; anything else is the first. */
function pageIn(text: string): number {
  return /^\d+$/.test(text) ? Math.max(1, Number(text)) : 1;
}

/** `amount` is ascending, `-amount` descending. */
function sortingIn(text: string): Sorting | undefined {
  if (text === "") return undefined;
  return text.startsWith("-")
    ? { column: text.slice(1), direction: "descending" }
    : { column: text, direction: "ascending" };
}

/** Another filter or order makes another list: its first page. */
function changed(
  current: URLSearchParams,
  changes: Readonly<Record<string, string | null>>,
): URLSearchParams {
  const next = new URLSearchParams(current);
  if (!("page" in changes)) next.delete("page");
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
  }
  return next;
}
