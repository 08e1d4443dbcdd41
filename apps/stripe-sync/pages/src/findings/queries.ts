/** Findings as hooks: the list by status, and what a member does with one. */
import { type PortalClient, usePortal, usePortalList } from "@annex/portal";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { KeptFindingJson } from "../../../src/portal-types.ts";

const FINDINGS_LIMIT = 100;
const FINDINGS_PATH = "/api/findings";

/** @param code of one kind only; empty for all */
export function useFindings(status: string, code: string) {
  return usePortalList<KeptFindingJson>(FINDINGS_PATH, { query: { status, code }, limit: FINDINGS_LIMIT });
}

export function useFindingChange<Value, Answer>(
  change: (client: PortalClient, value: Value) => Promise<Answer>,
) {
  const { client } = usePortal();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (value: Value) => change(client, value),
    onSettled: () =>
      queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "/api/session" }),
  });
}

const pathOf = (id: string) => `${FINDINGS_PATH}/${encodeURIComponent(id)}`;

export const acknowledge = (client: PortalClient, { id, reason }: { id: string; reason: string }) =>
  client.post<KeptFindingJson>(`${pathOf(id)}/acknowledge`, { reason });
/** Every new one of a kind. */
export const acknowledgeAll = (
  client: PortalClient,
  given: { readonly code: string; readonly reason: string },
) => client.post<{ readonly acknowledged: number }>(`${FINDINGS_PATH}/acknowledge`, given);
export const approve = (client: PortalClient, id: string) =>
  client.post<KeptFindingJson>(`${pathOf(id)}/approve`, {});
