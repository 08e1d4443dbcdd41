/** Every read and change the pages make, as query and mutation hooks, in the order of the Dashboard API's table. */
import {
  keepPreviousData,
  MutationCache,
  QueryCache,
  QueryClient,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { ApiError, callApi, type Query, withQuery } from "./http.ts";
import type {
  AlertView,
  AppDetail,
  AppUrls,
  AppView,
  AuditEntry,
  CurrencySum,
  Delivery,
  Fault,
  FaultDescription,
  Installed,
  Instance,
  InstanceState,
  Launched,
  Listed,
  Redelivery,
  Session,
  Settings,
  Timeline,
} from "./types.ts";

/** How often a page that is looked at reads its lists again, in milliseconds. */
const liveInterval = 5_000;

/** What was sent with a password, or answered with a portal token, is not kept once its form is gone. */
const noMemory = 0;

/** One cache for the whole page. Refusals are final; only an unreachable Cloud is asked again. */
export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error) => noticeLostSession(client, error) }),
    mutationCache: new MutationCache({ onError: (error) => noticeLostSession(client, error) }),
    defaultOptions: {
      // The local Cloud is on this machine: what the browser says of the network beyond it means nothing here.
      mutations: { networkMode: "always" },
      queries: {
        networkMode: "always",
        staleTime: 2_000,
        retry: (failures, error) => failures < 2 && error instanceof ApiError && error.status === 0,
      },
    },
  });
  return client;
}

// A 401 that is not about a password just typed: the session has ended, and the log-in page is next.
function noticeLostSession(client: QueryClient, error: Error): void {
  if (!(error instanceof ApiError) || error.status !== 401) return;
  if (aboutPassword.has(error.code)) return;
  client.setQueryData(["session"], null);
}

const aboutPassword = new Set(["authentication_failed", "authentication_required", "second_factor_required"]);

export function useSessionQuery() {
  return useQuery({
    queryKey: ["session"],
    queryFn: ({ signal }) => readSession(signal),
    refetchInterval: 15_000,
  });
}

async function readSession(signal: AbortSignal): Promise<Session | null> {
  try {
    return await callApi<Session>("GET", "/api/session", undefined, signal);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

export type Credentials = { readonly email: string; readonly password: string; readonly code?: string };

export function useLogIn() {
  const client = useQueryClient();
  return useMutation({
    gcTime: noMemory,
    mutationFn: (credentials: Credentials) => callApi("POST", "/api/login", credentials),
    // Whatever an earlier member saw is forgotten with the old session.
    onSuccess: async () => {
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
      await client.invalidateQueries({ queryKey: ["session"] });
    },
  });
}

export function useLogOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => callApi("POST", "/api/logout"),
    onSuccess: () => {
      client.setQueryData(["session"], null);
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
    },
  });
}

export function useApps(instanceId: string, options: { readonly enabled?: boolean } = {}) {
  return useQuery({
    enabled: options.enabled ?? true,
    queryKey: ["apps", instanceId],
    queryFn: ({ signal }) =>
      callApi<Listed<AppView>>("GET", withQuery("/api/apps", { instance_id: instanceId }), undefined, signal),
    refetchInterval: liveInterval,
  });
}

export function useApp(appId: string, instanceId: string) {
  return useQuery({
    queryKey: ["apps", instanceId, appId],
    queryFn: ({ signal }) =>
      callApi<AppDetail>(
        "GET",
        withQuery(`/api/apps/${encodeURIComponent(appId)}`, { instance_id: instanceId }),
        undefined,
        signal,
      ),
    refetchInterval: liveInterval,
  });
}

/** The two URLs of an app, whole. Showing them is recorded, so they are asked for and not kept. */
export function useAppUrls() {
  return useMutation({
    gcTime: noMemory,
    mutationFn: (appId: string) => callApi<AppUrls>("GET", `/api/apps/${encodeURIComponent(appId)}/urls`),
  });
}

/** Everything an install, an uninstall or a launch may have changed. */
function useRefreshApps() {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ["apps"] }),
      client.invalidateQueries({ queryKey: ["deliveries"] }),
    ]);
}

export function useRegisterApp() {
  const refresh = useRefreshApps();
  return useMutation({
    mutationFn: (manifest: unknown) => callApi<{ app_id: string }>("POST", "/api/apps", { manifest }),
    onSuccess: refresh,
  });
}

export function useUpdateApp(appId: string) {
  const refresh = useRefreshApps();
  return useMutation({
    mutationFn: (manifest: unknown) =>
      callApi<AppView>("PATCH", `/api/apps/${encodeURIComponent(appId)}`, { manifest }),
    onSuccess: refresh,
  });
}

export function useRemoveApp() {
  const refresh = useRefreshApps();
  return useMutation({
    mutationFn: (appId: string) => callApi("DELETE", `/api/apps/${encodeURIComponent(appId)}`),
    onSuccess: refresh,
  });
}

export type InstallRequest = {
  readonly app_id: string;
  readonly instance_id: string;
  readonly granted_permissions: readonly string[];
  readonly password: string;
  readonly code: string;
};

export function useInstall() {
  const refresh = useRefreshApps();
  return useMutation({
    gcTime: noMemory,
    mutationFn: (request: InstallRequest) => callApi<Installed>("POST", "/api/installations", request),
    onSettled: refresh,
  });
}

export function useUninstall() {
  const refresh = useRefreshApps();
  return useMutation({
    mutationFn: ({ installedAppId, proof }: Required<LaunchRequest>) =>
      callApi("DELETE", `/api/installations/${encodeURIComponent(installedAppId)}`, proof),
    onSettled: refresh,
  });
}

export type LaunchRequest = {
  readonly installedAppId: string;
  readonly proof?: { readonly password: string; readonly code: string };
};

/** The answer holds a portal token: it goes to the caller and is never cached. */
export function useLaunch() {
  const client = useQueryClient();
  return useMutation({
    gcTime: noMemory,
    mutationFn: ({ installedAppId, proof }: LaunchRequest) =>
      callApi<Launched>(
        "POST",
        `/api/installations/${encodeURIComponent(installedAppId)}/launch`,
        proof ?? {},
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ["deliveries"] }),
  });
}

export function useDeliveries(query: Query, options: { readonly enabled?: boolean } = {}) {
  return useQuery({
    queryKey: ["deliveries", query],
    queryFn: ({ signal }) =>
      callApi<Listed<Delivery>>("GET", withQuery("/api/deliveries", query), undefined, signal),
    placeholderData: keepPreviousData,
    refetchInterval: liveInterval,
    enabled: options.enabled ?? true,
  });
}

export function useDelivery(deliveryId: string | undefined) {
  return useQuery({
    queryKey: ["deliveries", "one", deliveryId],
    queryFn: ({ signal }) =>
      callApi<Delivery>("GET", `/api/deliveries/${encodeURIComponent(deliveryId ?? "")}`, undefined, signal),
    enabled: deliveryId !== undefined,
  });
}

export function useRedeliver() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (deliveryId: string) =>
      callApi<{ data: readonly Redelivery[] }>(
        "POST",
        `/api/deliveries/${encodeURIComponent(deliveryId)}/redeliver`,
        {},
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ["deliveries"] }),
  });
}

export function useAudit(query: Query, options: { readonly enabled?: boolean } = {}) {
  return useQuery({
    enabled: options.enabled ?? true,
    queryKey: ["audit", query],
    queryFn: ({ signal }) =>
      callApi<Listed<AuditEntry>>("GET", withQuery("/api/audit", query), undefined, signal),
    placeholderData: keepPreviousData,
    refetchInterval: liveInterval,
  });
}

/** Everything that belongs to a call or a delivery, oldest first. */
export function useTimeline(query: { readonly request_id: string } | { readonly delivery_id: string }) {
  return useQuery({
    queryKey: ["timeline", query],
    queryFn: ({ signal }) => callApi<Timeline>("GET", withQuery("/api/timeline", query), undefined, signal),
  });
}

export type RecordCollection = "ledgers" | "balances" | "transactions" | "identities";

function recordsPath(instanceId: string, collection: RecordCollection): string {
  return `/api/instances/${encodeURIComponent(instanceId)}/${collection}`;
}

/** One page of records, for whoever reads many in turn. @throws ApiError */
export function readRecords<Item>(
  instanceId: string,
  collection: RecordCollection,
  query: Query,
  signal: AbortSignal,
): Promise<Listed<Item>> {
  return callApi<Listed<Item>>(
    "GET",
    withQuery(recordsPath(instanceId, collection), query),
    undefined,
    signal,
  );
}

export function useRecords<Item>(
  instanceId: string,
  collection: RecordCollection,
  query: Query,
  options: { readonly enabled?: boolean; readonly live?: boolean } = {},
) {
  return useQuery({
    queryKey: ["records", instanceId, collection, query],
    queryFn: ({ signal }) => readRecords<Item>(instanceId, collection, query, signal),
    // Rows of another instance are never shown, not even while its own are on their way.
    placeholderData: (previous, previousQuery) =>
      previousQuery?.queryKey[1] === instanceId ? previous : undefined,
    refetchInterval: options.live === false ? false : liveInterval,
    enabled: options.enabled ?? true,
  });
}

/** Sums by currency of everything that the conditions match. */
export function useSums(instanceId: string, collection: "balances" | "transactions", query: Query) {
  return useQuery({
    queryKey: ["records", instanceId, collection, "sums", query],
    queryFn: ({ signal }) =>
      callApi<{ readonly data: readonly CurrencySum[] }>(
        "GET",
        withQuery(`${recordsPath(instanceId, collection)}/sums`, query),
        undefined,
        signal,
      ),
    placeholderData: (previous, previousQuery) =>
      previousQuery?.queryKey[1] === instanceId ? previous : undefined,
  });
}

export function useRecord<Item>(instanceId: string, collection: RecordCollection, id: string | undefined) {
  return useQuery({
    queryKey: ["records", instanceId, collection, "one", id],
    queryFn: ({ signal }) =>
      callApi<Item>(
        "GET",
        `${recordsPath(instanceId, collection)}/${encodeURIComponent(id ?? "")}`,
        undefined,
        signal,
      ),
    enabled: id !== undefined && id !== "",
    refetchInterval: liveInterval,
  });
}

export function useAlerts(instanceId: string, query: Query) {
  return useQuery({
    queryKey: ["alerts", instanceId, query],
    queryFn: ({ signal }) =>
      callApi<Listed<AlertView>>(
        "GET",
        withQuery(`/api/instances/${encodeURIComponent(instanceId)}/alerts`, query),
        undefined,
        signal,
      ),
    refetchInterval: liveInterval,
  });
}

export function useUpdateAlert(instanceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (update: { readonly anomalyId: string; readonly status: string }) =>
      callApi<AlertView>(
        "PUT",
        `/api/instances/${encodeURIComponent(instanceId)}/alerts/${encodeURIComponent(update.anomalyId)}`,
        { status: update.status },
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ["alerts", instanceId] }),
  });
}

export function useSetInstanceState() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: { readonly instanceId: string; readonly state: InstanceState }) =>
      callApi<Instance>("PATCH", `/api/instances/${encodeURIComponent(change.instanceId)}`, {
        state: change.state,
      }),
    onSuccess: () => client.invalidateQueries(),
  });
}

export type FaultsAnswer = {
  readonly data: readonly Fault[];
  readonly catalogue: readonly FaultDescription[];
};

export function useFaults() {
  return useQuery({
    queryKey: ["faults"],
    queryFn: ({ signal }) => callApi<FaultsAnswer>("GET", "/api/faults", undefined, signal),
    refetchInterval: liveInterval,
  });
}

export function useSetFault() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (fault: Readonly<Record<string, unknown>>) => callApi<Fault>("POST", "/api/faults", fault),
    onSuccess: () => client.invalidateQueries({ queryKey: ["faults"] }),
  });
}

export function useClearFault() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (faultId: string) => callApi("DELETE", `/api/faults/${encodeURIComponent(faultId)}`),
    onSettled: () => client.invalidateQueries({ queryKey: ["faults"] }),
  });
}

export type SettingsAnswer = {
  readonly settings: Settings;
  readonly now: string;
  readonly ahead_seconds: number;
};

export function useSettings() {
  return useQuery({
    queryKey: ["settings"],
    queryFn: ({ signal }) => callApi<SettingsAnswer>("GET", "/api/settings", undefined, signal),
    refetchInterval: liveInterval,
  });
}

export function useChangeSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (settings: Settings) => callApi<Settings>("PATCH", "/api/settings", settings),
    onSuccess: () => client.invalidateQueries({ queryKey: ["settings"] }),
  });
}

export function useAdvanceClock() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (seconds: number) =>
      callApi<{ readonly now: string }>("POST", "/api/clock", { advance_seconds: seconds }),
    onSettled: () => client.invalidateQueries(),
  });
}
