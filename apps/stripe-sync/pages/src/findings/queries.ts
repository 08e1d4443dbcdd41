/** Findings as hooks: the list by status, and what a member does with one. */
import { type PortalClient, usePortal, usePortalList } from "@annex/portal";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FindingListJson, KeptFindingJson } from "../../../src/portal-types.ts";
import { withBooks } from "../books/queries.ts";

const FINDINGS_LIMIT = 100;
const FINDINGS_PATH = "/api/findings";

/**
 * @param code of one kind only; empty for all
 * @param books of former books; empty for those that are read now
 */
export function useFindings(status: string, code: string, books: string) {
  return usePortalList<KeptFindingJson, FindingListJson>(FINDINGS_PATH, {
    query: { status, code, books },
    limit: FINDINGS_LIMIT,
  });
}

/**
 * @param onDone is called as soon as it is done, before anything is asked again: what was changed may then be in this list no
 * more, and with it what would be told later
 */
export function useFindingChange<Value, Answer>(
  change: (client: PortalClient, value: Value) => Promise<Answer>,
  onDone?: () => void,
) {
  const { client } = usePortal();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (value: Value) => change(client, value),
    onSuccess: () => onDone?.(),
    onSettled: () =>
      queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "/api/session" }),
  });
}

/** Of which finding, in which books; empty for those that are read now. */
type Which = { readonly id: string; readonly books: string };

const pathOf = ({ id, books }: Which, what: string) =>
  withBooks(`${FINDINGS_PATH}/${encodeURIComponent(id)}/${what}`, books);

export const acknowledge = (
  client: PortalClient,
  { reason, ...which }: Which & { readonly reason: string },
) => client.post<KeptFindingJson>(pathOf(which, "acknowledge"), { reason });
/** Every new one of a kind. */
export const acknowledgeAll = (
  client: PortalClient,
  { books, ...given }: { readonly code: string; readonly reason: string; readonly books: string },
) => client.post<{ readonly acknowledged: number }>(withBooks(`${FINDINGS_PATH}/acknowledge`, books), given);
export const approve = (client: PortalClient, which: Which) =>
  client.post<KeptFindingJson>(pathOf(which, "approve"), {});
