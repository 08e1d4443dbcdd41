/** Books as hooks: those of every key that was ever read with, and which of them a list shows. */
import { usePortalQuery, useRoute } from "@annex/portal";
import type { BooksDetailJson, BooksJson } from "../../../src/portal-types.ts";

/** Of one the ledger is asked each time; of all, findings are counted. */
const IDLE_MILLISECONDS = 60_000;

/** Those that are read now come first; empty until they are known. */
export function useBooks(): readonly BooksJson[] {
  const books = usePortalQuery<{ readonly data: readonly BooksJson[] }>("/api/books", {
    idleMilliseconds: IDLE_MILLISECONDS,
  });
  return books.data?.data ?? [];
}

export function useBooksDetail(name: string) {
  return usePortalQuery<BooksDetailJson>(`/api/books/${encodeURIComponent(name)}`, {
    idleMilliseconds: IDLE_MILLISECONDS,
  });
}

/** The name of the books that the address asks for; empty for those that are read now. */
export function useAskedBooks(): string {
  return useRoute().query.get("books") ?? "";
}

/** An address with the books that are shown, so that what it leads to is of the same. */
export function withBooks(path: string, books: string): string {
  if (books === "") return path;
  return `${path}${path.includes("?") ? "&" : "?"}books=${encodeURIComponent(books)}`;
}
