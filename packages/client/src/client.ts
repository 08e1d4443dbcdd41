/** Putting the parts together: one client for one installation. */
import { cloudApiUrl, type Scope, Secret } from "@annex/protocol";
import { type AlertsApi, createAlertsApi } from "./alerts.ts";
import { createDataApi, type DataApi } from "./data.ts";
import { InvalidRequest } from "./errors.ts";
import { createFiltersApi, type FiltersApi } from "./filters.ts";
import { createProxyApi, type ProxyApi } from "./proxy/index.ts";
import { defaultRetryPolicy, type RetryPolicy } from "./retry.ts";
import { createTransport, type KeyRejection, type KeyVerdict, type TransportParts } from "./transport.ts";

const defaultTimeoutMilliseconds = 10_000;
const defaultAnswerBytes = 32 * 1024 * 1024;

export interface ClientOptions {
  /** Base of the Cloud API; the real Cloud's by default. */
  readonly baseUrl?: string | undefined;
  /** The installation's key, or where to get it: asked for on each try, so that it is unsealed per call. */
  readonly apiKey: Secret | (() => Secret | Promise<Secret>);
  /** The instance the key is bound to; sent with every call. */
  readonly instanceId: string;
  /** What was granted at install. Given, a call that lacks its scope fails without a request. */
  readonly grantedPermissions?: readonly Scope[] | undefined;
  /** Asked when Cloud answers 401; by default the key is taken to be revoked. */
  readonly onKeyRejected?: ((rejection: KeyRejection) => KeyVerdict | Promise<KeyVerdict>) | undefined;
  /** For each try, body included; 10,000 by default. */
  readonly timeoutMilliseconds?: number | undefined;
  /** A larger answer is refused; 32 MiB by default. */
  readonly maximumAnswerBytes?: number | undefined;
  readonly retry?: Partial<RetryPolicy> | undefined;
  readonly fetch?: typeof fetch | undefined;
  readonly clock?: (() => Date) | undefined;
  /** Waits; rejects with the signal's reason when it is aborted meanwhile. */
  readonly sleep?: TransportParts["sleep"] | undefined;
  /** From 0 to below 1, for jitter. */
  readonly random?: (() => number) | undefined;
  /** Makes request ids, references and identity ids; UUIDs by default. */
  readonly newId?: (() => string) | undefined;
}

/** The Cloud API as one installation may use it. Contract section 8. */
export interface CloudClient {
  readonly data: DataApi;
  readonly filters: FiltersApi;
  readonly proxy: ProxyApi;
  readonly alerts: AlertsApi;
}

/**
 * Makes the client of one installation. Nothing is sent yet.
 *
 * @throws InvalidRequest naming the option that is wrong
 * @example
 * const cloud = createClient({ apiKey: new Secret("blnk_…"), instanceId: "inst_…", grantedPermissions: ["data:read"] });
 * const { data } = await cloud.data.balances.list({ filters: { currency_eq: "USD" } });
 */
export function createClient(options: ClientOptions): CloudClient {
  const { apiKey } = options;
  const newId = options.newId ?? (() => crypto.randomUUID());
  if (options.instanceId === "") throw new InvalidRequest("instanceId", "must not be empty");
  const transport = createTransport({
    baseUrl: checkedBase(options.baseUrl ?? cloudApiUrl),
    instanceId: options.instanceId,
    apiKey: apiKey instanceof Secret ? () => apiKey : apiKey,
    grantedPermissions: options.grantedPermissions,
    timeoutMilliseconds: options.timeoutMilliseconds ?? defaultTimeoutMilliseconds,
    maximumAnswerBytes: options.maximumAnswerBytes ?? defaultAnswerBytes,
    retry: { ...defaultRetryPolicy, ...options.retry },
    fetch: options.fetch ?? fetch,
    clock: options.clock ?? (() => new Date()),
    sleep: options.sleep ?? sleep,
    random: options.random ?? Math.random,
    requestId: newId,
    onKeyRejected: options.onKeyRejected ?? (() => "revoked"),
  });
  const data = createDataApi(transport);
  return {
    data,
    filters: createFiltersApi(transport),
    alerts: createAlertsApi(transport),
    proxy: createProxyApi(transport, findByReference(data), newId),
  };
}

function findByReference(data: DataApi): Parameters<typeof createProxyApi>[1] {
  return async (reference, options) => {
    const page = await data.transactions.list({ filters: { reference_eq: reference }, pageSize: 1 }, options);
    return page.data[0];
  };
}

function checkedBase(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new InvalidRequest("baseUrl", "must be an http or https URL");
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw new InvalidRequest("baseUrl", "must hold no user, password, query or fragment");
  return url.href.replace(/\/+$/, "");
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
