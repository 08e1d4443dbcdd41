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
import { useCallback } from "react";
import { ApiError, callApi, type Query } from "./http.ts";
import { forgetSession, keepSession } from "./own-session.ts";
import type { BodyOf, QueryOf } from "./routes.ts";
import type { InstanceState, Listed, RecordCollection, RecordOf, Session, Settings } from "./types.ts";

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
  loseSession(client);
}

function loseSession(client: QueryClient): void {
  client.setQueryData(["session"], null);
}

/** For what asks by itself, and hears by that that the session has ended: the log-in page is next. */
export function useLoseSession(): () => void {
  const client = useQueryClient();
  return useCallback(() => loseSession(client), [client]);
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
    return await callApi("GET /api/session", { signal });
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
    mutationFn: (credentials: Credentials) => callApi("POST /api/login", { body: credentials }),
    // Whatever an earlier member saw is forgotten with the old session.
    onSuccess: async ({ session }) => {
      keepSession(session);
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
      await client.invalidateQueries({ queryKey: ["session"] });
    },
  });
}

export function useLogOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => callApi("POST /api/logout", {}),
    onSuccess: () => {
      forgetSession();
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
      client.setQueryData(left, true);
      client.setQueryData(["session"], null);
    },
  });
}

/** That there is no session since somebody ended it here himself; forgotten with the next log-in. */
const left = ["left"] as const;

/** Whether who was here has logged out; otherwise a session that is gone was ended for him. */
export function useHasLeft(): () => boolean {
  const client = useQueryClient();
  return () => client.getQueryData(left) === true;
}

/** A page of the library, as its filters have it. */
export function useLibrary(instanceId: string, query: QueryOf<"GET /api/apps">) {
  return useQuery({
    queryKey: ["apps", instanceId, "library", query],
    queryFn: ({ signal }) =>
      callApi("GET /api/apps", { query: { ...query, instance_id: instanceId }, signal }),
    placeholderData: (previous, previousQuery) =>
      previousQuery?.queryKey[1] === instanceId ? previous : undefined,
    refetchInterval: liveInterval,
  });
}

/** As many as one answer holds: what is chosen from has no pages. */
const mostChoices = 200;

export function useApps(instanceId: string, options: { readonly enabled?: boolean } = {}) {
  return useQuery({
    enabled: options.enabled ?? true,
    queryKey: ["apps", instanceId],
    queryFn: ({ signal }) =>
      callApi("GET /api/apps", {
        query: { instance_id: instanceId, pageSize: mostChoices },
        signal,
      }),
    refetchInterval: liveInterval,
  });
}

export function useApp(appId: string, instanceId: string) {
  return useQuery({
    queryKey: ["apps", instanceId, appId],
    queryFn: ({ signal }) =>
      callApi("GET /api/apps/:id", {
        parameters: { id: appId },
        query: { instance_id: instanceId },
        signal,
      }),
    refetchInterval: liveInterval,
  });
}

/** The two URLs of an app, whole. Showing them is recorded, so they are asked for and not kept. */
export function useAppUrls() {
  return useMutation({
    gcTime: noMemory,
    mutationFn: (appId: string) => callApi("GET /api/apps/:id/urls", { parameters: { id: appId } }),
  });
}

/** Everything an install, an uninstall or a launch may have changed. */
function useRefreshApps() {
  const client = useQueryClient();
  return () => {
    // What is not in sight is forgotten, not shown once more as it was: a press there would launch what is gone.
    client.removeQueries({ queryKey: ["apps"], type: "inactive" });
    return Promise.all([
      client.invalidateQueries({ queryKey: ["apps"] }),
      client.invalidateQueries({ queryKey: ["deliveries"] }),
    ]);
  };
}

/** The server says what is wrong with it, whatever JSON it is. */
export type Manifest = BodyOf<"POST /api/apps">["manifest"];

export function useRegisterApp() {
  const refresh = useRefreshApps();
  return useMutation({
    mutationFn: (manifest: Manifest) => callApi("POST /api/apps", { body: { manifest } }),
    onSuccess: refresh,
  });
}

export function useUpdateApp(appId: string) {
  const refresh = useRefreshApps();
  return useMutation({
    mutationFn: (manifest: Manifest) =>
      callApi("PATCH /api/apps/:id", { parameters: { id: appId }, body: { manifest } }),
    onSuccess: refresh,
  });
}

export function useRemoveApp() {
  const refresh = useRefreshApps();
  return useMutation({
    mutationFn: (appId: string) => callApi("DELETE /api/apps/:id", { parameters: { id: appId } }),
    onSuccess: refresh,
  });
}

export type InstallRequest = BodyOf<"POST /api/installations">;

export function useInstall() {
  const refresh = useRefreshApps();
  return useMutation({
    gcTime: noMemory,
    mutationFn: (request: InstallRequest) => callApi("POST /api/installations", { body: request }),
    onSettled: refresh,
  });
}

export function useUninstall() {
  const refresh = useRefreshApps();
  return useMutation({
    mutationFn: ({ installedAppId, proof }: Required<LaunchRequest>) =>
      callApi("DELETE /api/installations/:id", { parameters: { id: installedAppId }, body: proof }),
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
      callApi("POST /api/installations/:id/launch", {
        parameters: { id: installedAppId },
        body: proof ?? {},
      }),
    onSettled: () => client.invalidateQueries({ queryKey: ["deliveries"] }),
  });
}

export function useDeliveries(query: Query, options: { readonly enabled?: boolean } = {}) {
  return useQuery({
    queryKey: ["deliveries", query],
    queryFn: ({ signal }) => callApi("GET /api/deliveries", { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: liveInterval,
    enabled: options.enabled ?? true,
  });
}

export function useDelivery(deliveryId: string | undefined) {
  return useQuery({
    queryKey: ["deliveries", "one", deliveryId],
    queryFn: ({ signal }) =>
      callApi("GET /api/deliveries/:id", { parameters: { id: deliveryId ?? "" }, signal }),
    enabled: deliveryId !== undefined,
  });
}

export function useRedeliver() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (deliveryId: string) =>
      callApi("POST /api/deliveries/:id/redeliver", { parameters: { id: deliveryId }, body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: ["deliveries"] }),
  });
}

export function useAudit(query: Query, options: { readonly enabled?: boolean } = {}) {
  return useQuery({
    enabled: options.enabled ?? true,
    queryKey: ["audit", query],
    queryFn: ({ signal }) => callApi("GET /api/audit", { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: liveInterval,
  });
}

/** Everything that belongs to a call or a delivery, oldest first. */
export function useTimeline(query: { readonly request_id: string } | { readonly delivery_id: string }) {
  return useQuery({
    queryKey: ["timeline", query],
    queryFn: ({ signal }) => callApi("GET /api/timeline", { query, signal }),
  });
}

const recordLists = {
  ledgers: "GET /api/instances/:id/ledgers",
  balances: "GET /api/instances/:id/balances",
  transactions: "GET /api/instances/:id/transactions",
  identities: "GET /api/instances/:id/identities",
} as const;

/** One page of records, for whoever reads many in turn. @throws ApiError */
export async function readRecords<Collection extends RecordCollection>(
  instanceId: string,
  collection: Collection,
  query: Query,
  signal: AbortSignal,
): Promise<Listed<RecordOf[Collection]>> {
  const route: (typeof recordLists)[RecordCollection] = recordLists[collection];
  const page = await callApi(route, { parameters: { id: instanceId }, query, signal });
  return page as Listed<RecordOf[Collection]>;
}

export function useRecords<Collection extends RecordCollection>(
  instanceId: string,
  collection: Collection,
  query: Query,
  options: { readonly enabled?: boolean; readonly live?: boolean } = {},
) {
  return useQuery({
    queryKey: ["records", instanceId, collection, query],
    queryFn: ({ signal }) => readRecords(instanceId, collection, query, signal),
    // Rows of another instance are never shown, not even while its own are on their way.
    placeholderData: (previous, previousQuery) =>
      previousQuery?.queryKey[1] === instanceId ? previous : undefined,
    refetchInterval: options.live === false ? false : liveInterval,
    enabled: options.enabled ?? true,
  });
}

const sumLists = {
  balances: "GET /api/instances/:id/balances/sums",
  transactions: "GET /api/instances/:id/transactions/sums",
} as const;

/** Sums by currency of everything that the conditions match. */
export function useSums(
  instanceId: string,
  collection: "balances" | "transactions",
  query: Query,
  options: { readonly enabled?: boolean } = {},
) {
  return useQuery({
    enabled: options.enabled ?? true,
    queryKey: ["records", instanceId, collection, "sums", query],
    queryFn: ({ signal }) => callApi(sumLists[collection], { parameters: { id: instanceId }, query, signal }),
    placeholderData: (previous, previousQuery) =>
      previousQuery?.queryKey[1] === instanceId ? previous : undefined,
  });
}

const oneRecord = {
  ledgers: "GET /api/instances/:id/ledgers/:record",
  balances: "GET /api/instances/:id/balances/:record",
  transactions: "GET /api/instances/:id/transactions/:record",
  identities: "GET /api/instances/:id/identities/:record",
} as const;

export function useRecord<Collection extends RecordCollection>(
  instanceId: string,
  collection: Collection,
  id: string | undefined,
) {
  return useQuery({
    queryKey: ["records", instanceId, collection, "one", id],
    queryFn: async ({ signal }) => {
      const parameters = { id: instanceId, record: id ?? "" };
      const route: (typeof oneRecord)[RecordCollection] = oneRecord[collection];
      return (await callApi(route, { parameters, signal })) as RecordOf[Collection];
    },
    enabled: id !== undefined && id !== "",
    refetchInterval: liveInterval,
  });
}

export function useAlerts(instanceId: string, query: Query) {
  return useQuery({
    queryKey: ["alerts", instanceId, query],
    queryFn: ({ signal }) =>
      callApi("GET /api/instances/:id/alerts", { parameters: { id: instanceId }, query, signal }),
    refetchInterval: liveInterval,
  });
}

export function useUpdateAlert(instanceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (update: { readonly anomalyId: string; readonly status: string }) =>
      callApi("PUT /api/instances/:id/alerts/:alert", {
        parameters: { id: instanceId, alert: update.anomalyId },
        body: { status: update.status },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["alerts", instanceId] }),
  });
}

export function useUpdateAlerts(instanceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (update: { readonly anomalyIds: readonly string[]; readonly status: string }) =>
      callApi("PUT /api/instances/:id/alerts", {
        parameters: { id: instanceId },
        body: { anomaly_ids: [...update.anomalyIds], status: update.status },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["alerts", instanceId] }),
  });
}

export function useSetInstanceState() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: { readonly instanceId: string; readonly state: InstanceState }) =>
      callApi("PATCH /api/instances/:id", {
        parameters: { id: change.instanceId },
        body: { state: change.state },
      }),
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useFaults() {
  return useQuery({
    queryKey: ["faults"],
    queryFn: ({ signal }) => callApi("GET /api/faults", { signal }),
    refetchInterval: liveInterval,
  });
}

export function useSetFault() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (fault: BodyOf<"POST /api/faults">) => callApi("POST /api/faults", { body: fault }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["faults"] }),
  });
}

export function useClearFault() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (faultId: string) => callApi("DELETE /api/faults/:id", { parameters: { id: faultId } }),
    onSettled: () => client.invalidateQueries({ queryKey: ["faults"] }),
  });
}

export function useSettings() {
  return useQuery({
    queryKey: ["settings"],
    queryFn: ({ signal }) => callApi("GET /api/settings", { signal }),
    refetchInterval: liveInterval,
  });
}

export function useChangeSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (settings: Settings) => callApi("PATCH /api/settings", { body: settings }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["settings"] }),
  });
}

export function useAdvanceClock() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (seconds: number) => callApi("POST /api/clock", { body: { advance_seconds: seconds } }),
    onSettled: () => client.invalidateQueries(),
  });
}
