/** Books as hooks: those of every key that was ever read with, and which of them a list shows. */
import { usePortalQuery, useRoute } from "@annex/portal";
import { createContext, useContext } from "react";
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

const OfBooks = createContext<string | undefined>(undefined);

/** What is inside is of these books, whatever the address says; without a name the address decides. */
export const BooksOf = OfBooks.Provider;

/** The name of the books that are shown; empty for those that are read now. */
export function useAskedBooks(): string {
  const given = useContext(OfBooks);
  const asked = useRoute().query.get("books") ?? "";
  return given ?? asked;
}

/** An address with the books that are shown, so that what it leads to is of the same. */
export function withBooks(path: string, books: string): string {
  if (books === "") return path;
  return `${path}${path.includes("?") ? "&" : "?"}books=${encodeURIComponent(books)}`;
}
