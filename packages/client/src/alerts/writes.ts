/** The writes on alerts as effects: how each is sent, and how it is looked for. */
import type { Alert } from "@annex/protocol";
import type { Write } from "../effects/index.ts";
import { holdsFields, isSince, saysTheSame } from "../looks/index.ts";
import { pathSegment } from "../transport/paths.ts";
import type { CallOptions, Transport } from "../transport/transport.ts";
import { readAlert } from "./reading.ts";
import type { AlertUpdate, FlagRequest } from "./requests.ts";

type ReadAlerts = (options: CallOptions | undefined) => AsyncIterable<Alert>;

/** A flag: each is an alert of its own, known by what it says about which record, and when it came by Cloud's clock. */
export function flagWrite(
  transport: Transport,
  readAlerts: ReadAlerts,
  resourceId: string,
  request: FlagRequest,
  options: CallOptions | undefined,
): Write<FlagRequest, Alert> {
  const path = `/alerts/flag/${pathSegment(resourceId, "resource id")}`;
  return {
    kind: "alert",
    target: resourceId,
    what: `the alert on ${resourceId}`,
    lookAt: () =>
      `among the alerts for one on ${resourceId} that says "${request.title ?? request.description}"`,
    body: request,
    async send(body) {
      const call = { method: "POST", path, body, scope: "alerts:write", repeat: "once", options } as const;
      return readAlert((await transport.send(call)).value);
    },
    before: async () => transport.cloudClock.now()?.toISOString(),
    async look({ before }, notedAt) {
      for await (const alert of readAlerts(options)) {
        if (!saysTheSame({ resourceId, ...request }, alert)) continue;
        const sentAt =
          before === undefined ? transport.cloudClock.toCloud(notedAt) : new Date(String(before));
        // Noted by a clock that was wrong: it may be this one, or an older one.
        if (sentAt === undefined) return { sight: "unclear" };
        if (isSince(alert, sentAt)) return { sight: "done", result: alert };
      }
      return { sight: "absent" };
    },
    recall: readAlert,
    assume: () => seenByAPerson(resourceId, request),
  };
}

/** A change of an alert: repeating it changes nothing. */
export function alertUpdateWrite(
  transport: Transport,
  readOne: (alertId: string, options: CallOptions | undefined) => Promise<Alert>,
  alertId: string,
  update: AlertUpdate,
  options: CallOptions | undefined,
): Write<AlertUpdate, Alert> {
  const path = `/alerts/flag/${pathSegment(alertId, "alert id")}`;
  return {
    kind: "alert_update",
    target: alertId,
    what: `the change of the alert ${alertId}`,
    lookAt: () => `at the alert ${alertId}`,
    body: update,
    repeatable: true,
    patience: [0],
    async send(body) {
      const call = {
        method: "PUT",
        path,
        body,
        scope: "alerts:write",
        repeat: "repeatable",
        options,
      } as const;
      return readAlert((await transport.send(call)).value);
    },
    async look(_effect, _notedAt, seen) {
      const alert = await readOne(alertId, options);
      // What a person saw done, and another changed since, is not set back.
      return seen === "done" || holdsFields(alert, update)
        ? { sight: "done", result: alert }
        : { sight: "absent" };
    },
    recall: readAlert,
  };
}

/** An alert that a person saw and that this installation may not read: its id is not known. */
function seenByAPerson(resourceId: string, request: FlagRequest): Alert {
  const affected = (prefix: string) => (resourceId.startsWith(prefix) ? [resourceId] : []);
  return {
    anomaly_id: "",
    title: request.title ?? "",
    description: request.description,
    type: resourceId.startsWith("bln_")
      ? "Balance"
      : resourceId.startsWith("idt_")
        ? "Identity"
        : "Transaction",
    assigned_to: null,
    escalated_to: [],
    status: "FLAGGED",
    created_at: "",
    updated_at: "",
    affected_balances: affected("bln_"),
    affected_identities: affected("idt_"),
    affected_transactions: affected("txn_"),
  };
}
