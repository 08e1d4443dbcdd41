/** The settings of this installation as a hook, and what changes them. */
import { type PortalClient, usePortal, usePortalQuery } from "@annex/portal";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FindingsRemovalJson, SettingsJson } from "../../../src/portal-types.ts";

const SETTINGS_PATH = "/api/settings";

export function useSettings() {
  return usePortalQuery<SettingsJson>(SETTINGS_PATH);
}

/** How many findings would be removed if they were kept for so many days. */
export function useFindingsRemoval(days: number) {
  return usePortalQuery<FindingsRemovalJson>(`${SETTINGS_PATH}/findings/removal`, {
    query: { days: `${days}` },
    // All findings are looked through.
    idleMilliseconds: 60_000,
  });
}

/** A change of the settings: when it is done, everything on every page is asked again. */
export function useSettingsChange<Value>(
  change: (client: PortalClient, value: Value) => Promise<SettingsJson>,
) {
  const { client } = usePortal();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (value: Value) => change(client, value),
    onSuccess: () =>
      queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "/api/session" }),
  });
}

export const setKey = (
  client: PortalClient,
  key: { readonly key: string; readonly connected_account?: string },
) => client.put<SettingsJson>(`${SETTINGS_PATH}/key`, key);
export const removeKey = (client: PortalClient) => client.delete<SettingsJson>(`${SETTINGS_PATH}/key`);
export const setWebhook = (client: PortalClient, secret: string) =>
  client.put<SettingsJson>(`${SETTINGS_PATH}/webhook`, { secret });
export const removeWebhook = (client: PortalClient) =>
  client.delete<SettingsJson>(`${SETTINGS_PATH}/webhook`);
export const setSchedule = (
  client: PortalClient,
  schedule: { readonly cron: string | null; readonly time_zone: string },
) => client.put<SettingsJson>(`${SETTINGS_PATH}/schedule`, schedule);
/** @param findings `null` keeps them for ever */
export const setFindings = (client: PortalClient, findings: { readonly kept_days: number | null }) =>
  client.put<SettingsJson>(`${SETTINGS_PATH}/findings`, findings);
