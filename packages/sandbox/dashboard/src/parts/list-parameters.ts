import type { Delivery } from "@annex/ui";
import { useCallback } from "react";
import { useSearchParams } from "react-router";

/**
 * Filters and page of a list, kept in the address, so that a reload, a
 * bookmark and the back button show the same rows.
 */
export function useListParameters() {
  const [parameters, setParameters] = useSearchParams();
  const page = Math.max(1, Number.parseInt(parameters.get("page") ?? "1", 10) || 1);

  const set = useCallback(
    (changes: Readonly<Record<string, string | null>>) => {
      setParameters(
        (current) => {
          const next = new URLSearchParams(current);
          // Another filter makes another list: its first page.
          if (!("page" in changes)) next.delete("page");
          for (const [name, value] of Object.entries(changes)) {
            if (value === null || value === "") next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace: true },
      );
    },
    [setParameters],
  );

  const get = (name: string): string => parameters.get(name) ?? "";
  const delivery = (pageSize: number, total: number | undefined): Delivery => ({
    page,
    pageSize,
    total: total ?? 0,
    onPage: (next) => set({ page: String(next) }),
  });
  return {
    get,
    set,
    page,
    delivery,
  };
}
