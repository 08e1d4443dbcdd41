/** Alerts: flag a record for the team to look at. Contract section 8, Alerts. */
import type { Alert, AlertStatus } from "@annex/protocol";
import { type Page, type PageRequest, pageQuery } from "../data/paging.ts";
import { UnexpectedAnswer } from "../errors/index.ts";
import { readInteger, readList, readObject } from "../records/records.ts";
import { pathSegment } from "../transport/paths.ts";
import type { CallOptions, Transport } from "../transport/transport.ts";

export interface FlagRequest {
  readonly title?: string | undefined;
  readonly description: string;
}

export interface AlertUpdate {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** `FLAGGED`, `INVESTIGATING`, `RESOLVED`, or a status of the organization's own. */
  readonly status?: string | undefined;
}

export interface AlertStatuses {
  readonly data: readonly AlertStatus[];
  readonly allowedColours: readonly string[];
}

export interface AlertsApi {
  /** One page of alerts. Needs `alerts:read`. @throws CloudError */
  list(query?: PageRequest, options?: CallOptions): Promise<Page<Alert>>;
  /** One alert. Needs `alerts:read`. @throws CloudError */
  get(alertId: string, options?: CallOptions): Promise<Alert>;
  /** The statuses alerts of this organization can have. Needs `alerts:read`. @throws CloudError */
  statuses(options?: CallOptions): Promise<AlertStatuses>;
  /**
   * Flags a balance, transaction or identity by its id. Needs `alerts:write`. Sent again only when it certainly was
   * not carried out, since each flag is an alert of its own.
   *
   * @throws CloudError
   * @example
   * await cloud.alerts.flag("txn_…", { title: "Over the limit", description: "Larger than the monthly budget." });
   */
  flag(resourceId: string, request: FlagRequest, options?: CallOptions): Promise<Alert>;
  /** Changes an alert. Needs `alerts:write`; repeating it changes nothing. @throws CloudError */
  update(alertId: string, update: AlertUpdate, options?: CallOptions): Promise<Alert>;
}

/** Binds the Alerts API to a transport. */
export function createAlertsApi(transport: Transport): AlertsApi {
  const read = (path: string, query: Record<string, string>, options: CallOptions | undefined) =>
    transport.send({ method: "GET", path, query, scope: "alerts:read", repeat: "repeatable", options });
  return {
    async list(query = {}, options) {
      const { value } = await read("/alerts", pageQuery(query), options);
      const body = readObject(value, "a page of alerts");
      return {
        data: readList(body["data"], "alert").map(readAlert),
        total: readInteger(body["total"], "total"),
      };
    },
    async get(alertId, options) {
      return readAlert((await read(`/alerts/${pathSegment(alertId, "alert id")}`, {}, options)).value);
    },
    async statuses(options) {
      return readStatuses((await read("/alerts/statuses", {}, options)).value);
    },
    async flag(resourceId, request, options) {
      const path = `/alerts/flag/${pathSegment(resourceId, "resource id")}`;
      const { value } = await transport.send({
        method: "POST",
        path,
        body: request,
        scope: "alerts:write",
        repeat: "once",
        options,
      });
      return readAlert(value);
    },
    async update(alertId, update, options) {
      const path = `/alerts/flag/${pathSegment(alertId, "alert id")}`;
      const { value } = await transport.send({
        method: "PUT",
        path,
        body: update,
        scope: "alerts:write",
        repeat: "repeatable",
        options,
      });
      return readAlert(value);
    },
  };
}

function readAlert(value: unknown): Alert {
  const fields = readObject(value, "an alert");
  if (typeof fields["anomaly_id"] !== "string") throw new UnexpectedAnswer("an alert without anomaly_id");
  return fields as unknown as Alert;
}

function readStatuses(value: unknown): AlertStatuses {
  const body = readObject(value, "the alert statuses");
  return {
    data: readList(body["data"], "alert status") as readonly AlertStatus[],
    allowedColours: readList(body["allowed_colours"], "colour") as readonly string[],
  };
}
