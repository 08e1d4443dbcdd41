/** What the page asks its server, and how it is kept fresh. */
import { usePortal, usePortalQuery } from "@annex/portal";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { OverviewJson } from "../../src/portal-types.ts";

const overviewPath = "/api/overview";

/** Asked again every second while a survey is under way. */
export function useOverview(surveying: boolean) {
  return usePortalQuery<OverviewJson>(overviewPath, { refreshWhile: () => surveying });
}

export function useFlag(balanceId: string) {
  return useChange((client) => client.post(`/api/balances/${encodeURIComponent(balanceId)}/flag`));
}

/** After a change the overview is asked again. */
function useChange(change: (client: ReturnType<typeof usePortal>["client"]) => Promise<unknown>) {
  const { client } = usePortal();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => change(client),
    onSettled: () => queries.invalidateQueries({ queryKey: [overviewPath] }),
  });
}
