/** Putting the parts together: one client for one installation. */
import { cloudApiUrl, type Scope, Secret } from "@annex/protocol";
import { type AlertsApi, createAlertsApi } from "./alerts/index.ts";
import { createDataApi, type DataApi } from "./data/data.ts";
import { createFiltersApi, type FiltersApi } from "./data/filters.ts";
import { createEffects, type EffectScope } from "./effects/index.ts";
import { InvalidRequest } from "./errors/index.ts";
import { createProxyApi, type ProxyApi } from "./proxy/index.ts";
import { type CloudClock, createCloudClock } from "./transport/cloud-clock.ts";
import { defaultRetryPolicy, type RetryPolicy } from "./transport/retry.ts";
import {
  createTransport,
  type KeyRejection,
  type KeyVerdict,
  type TransportParts,
} from "./transport/transport.ts";

const defaultTimeoutMilliseconds = 10_000;
const defaultAnswerBytes = 32 * 1024 * 1024;

/** What a client is made of. Times in milliseconds, sizes in bytes. Contract section 8. */
export interface ClientOptions {
  /** Base of the Cloud API; the real Cloud's by default. */
  readonly baseUrl?: string | undefined;
  /** The installation's key, or where to get it: asked for on each try, so that it is unsealed per call. */
  readonly apiKey: Secret | (() => Secret | Promise<Secret>);
  /** The instance the key is bound to; sent with every call. */
  readonly instanceId: string;
  /** What was granted at install. Given, a call that lacks its scope fails without a request. */
  readonly grantedPermissions?: readonly Scope[] | undefined;
  /** Asked when a call is answered 401; by default that is final. */
  readonly onKeyRejected?: ((rejection: KeyRejection) => KeyVerdict | Promise<KeyVerdict>) | undefined;
  /** For each try, body included; 10,000 by default. */
  readonly timeoutMilliseconds?: number | undefined;
  /** A larger answer is refused; 32 MiB by default. */
  readonly maximumAnswerBytes?: number | undefined;
  readonly retry?: Partial<RetryPolicy> | undefined;
  readonly fetch?: typeof fetch | undefined;
  readonly clock?: (() => Date) | undefined;
  /**
   * What other clients of the same Cloud heard of its time, so that one that has called nothing yet knows it too; by
   * default each hears for itself. It compares with the clock it was made with: `clock`, where that is given.
   */
  readonly cloudClock?: CloudClock | undefined;
  /** Waits; rejects with the signal's reason when it is aborted meanwhile. */
  readonly sleep?: TransportParts["sleep"] | undefined;
  /** From 0 to below 1, for jitter. */
  readonly random?: (() => number) | undefined;
  /** Makes request ids and, without a scope, references and identity ids; UUIDs by default. */
  readonly newId?: (() => string) | undefined;
  /**
   * Binds the client to a piece of work, so that its writes are done once however often the work is executed again.
   * One client for one execution: the scope counts the calls of this client.
   */
  readonly effects?: EffectScope | undefined;
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
  const clock = options.clock ?? (() => new Date());
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
    clock,
    cloudClock: options.cloudClock ?? createCloudClock(clock),
    sleep: options.sleep ?? sleep,
    random: options.random ?? Math.random,
    requestId: newId,
    onKeyRejected: options.onKeyRejected ?? (() => "final"),
  });
  const data = createDataApi(transport);
  const filters = createFiltersApi(transport);
  const effects = createEffects(options.effects, {
    sleep: transport.sleep,
    ready: transport.ready,
    clock,
    newReference: () => `ref_${newId()}`,
  });
  return {
    data,
    filters,
    alerts: createAlertsApi(transport, effects),
    proxy: createProxyApi(transport, effects, { data, filters }, newId),
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
