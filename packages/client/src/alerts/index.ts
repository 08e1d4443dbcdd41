/** Alerts: flag a record for the team to look at. Contract section 8, Alerts. */
import { type Alert, dataPageSize } from "@annex/protocol";
import { type Page, type PageRequest, pageQuery } from "../data/paging.ts";
import { walkAll } from "../data/walk.ts";
import type { Effects } from "../effects/index.ts";
import { readInteger, readList, readObject } from "../records/records.ts";
import { pathSegment } from "../transport/paths.ts";
import type { CallOptions, Transport } from "../transport/transport.ts";
import { type AlertStatuses, readAlert, readStatuses } from "./reading.ts";
import type { AlertUpdate, FlagRequest } from "./requests.ts";
import { alertUpdateWrite, flagWrite } from "./writes.ts";

/**
 * Alerts of the instance. Contract section 8, Alerts.
 *
 * @example
 * const { data, total } = await cloud.alerts.list({ pageSize: 50 });
 */
export interface AlertsApi {
  /** One page of alerts. Needs `alerts:read`. @throws CloudError */
  list(query?: PageRequest, options?: CallOptions): Promise<Page<Alert>>;
  /** One alert. Needs `alerts:read`. @throws CloudError */
  get(alertId: string, options?: CallOptions): Promise<Alert>;
  /** The statuses alerts of this organization can have. Needs `alerts:read`. @throws CloudError */
  statuses(options?: CallOptions): Promise<AlertStatuses>;
  /**
   * Flags a balance, transaction or identity by its id. Needs `alerts:write`. Each flag is an alert of
   * its own, so it is sent again only when the first certainly was not carried out; under an effect scope it is looked
   * for first, which needs `alerts:read`.
   *
   * @throws CloudError
   * @example
   * await cloud.alerts.flag("txn_…", { title: "Over the limit", description: "Larger than the monthly budget." });
   */
  flag(resourceId: string, request: FlagRequest, options?: CallOptions): Promise<Alert>;
  /** Changes an alert. Needs `alerts:write`; repeating it changes nothing. @throws CloudError */
  update(alertId: string, update: AlertUpdate, options?: CallOptions): Promise<Alert>;
}

/** Binds the Alerts API to a transport, and its writes to the way they go. */
export function createAlertsApi(transport: Transport, effects: Effects): AlertsApi {
  const read = (path: string, query: Record<string, string>, options: CallOptions | undefined) =>
    transport.send({ method: "GET", path, query, scope: "alerts:read", repeat: "repeatable", options });
  const list = async (query: PageRequest = {}, options?: CallOptions): Promise<Page<Alert>> => {
    const { value } = await read("/alerts", pageQuery(query), options);
    const body = readObject(value, "a page of alerts");
    const data = readList(body["data"], "alert").map(readAlert);
    return { data, total: readInteger(body["total"], "total") };
  };
  const get = async (alertId: string, options?: CallOptions) =>
    readAlert((await read(`/alerts/${pathSegment(alertId, "alert id")}`, {}, options)).value);
  const all = (options: CallOptions | undefined) =>
    walkAll<Alert>({
      idOf: (alert) => alert.anomaly_id,
      pageSize: dataPageSize.largest,
      known: transport.knownPages("alerts"),
      fetch: ({ page, pageSize }) => list({ page, pageSize }, options),
    });
  return {
    list,
    get,
    async statuses(options) {
      return readStatuses((await read("/alerts/statuses", {}, options)).value);
    },
    flag: async (resourceId, request, options) =>
      effects.perform(flagWrite(transport, all, resourceId, request, options)),
    update: async (alertId, update, options) =>
      effects.perform(alertUpdateWrite(transport, get, alertId, update, options)),
  };
}
