/** Alerts of the selected instance: what apps and members flagged, and how far the work on it is. */

import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/Combobox.layer.css";
import "@mantine/core/styles/InlineInput.layer.css";
import "@mantine/core/styles/Checkbox.layer.css";
import "@mantine/core/styles/Tooltip.layer.css";
import {
  CopyableId,
  EmptyState,
  formatCount,
  LoadingState,
  Moment,
  NothingFound,
  pageRange,
  shortId,
  TableFoot,
} from "@annex/ui";
import { Checkbox, Group, SegmentedControl, Select, Text, Title, Tooltip } from "@mantine/core";
import { Link, useParams } from "react-router";
import { useAlerts, useUpdateAlert } from "../api/queries.ts";
import type { AlertView } from "../api/types.ts";
import { announce } from "../parts/announce.tsx";
import { ErrorState, failureText } from "../parts/failure.tsx";
import { useListParameters } from "../parts/list-parameters.ts";
import { PageHeader } from "../parts/page.tsx";
import { useBalanceNames, useIdentityNames, useTransactionNames } from "../records/lookups.ts";
import { useInstance, useRight } from "../session/session.ts";
import { AlertHistory, RaisedBy } from "./alert-history.tsx";
import { alertStatuses, alertStatusName } from "./alert-status.ts";
import { AlertsAtOnce, useChosenAlerts } from "./alerts-at-once.tsx";
import "./operations.css";

const pageSize = 20;

export default function AlertsPage() {
  const instance = useInstance();
  const parameters = useListParameters();
  const status = parameters.get("status");
  const alerts = useAlerts(instance.instance_id, { page: parameters.query.page, pageSize, status });
  return (
    <>
      <PageHeader title="Alerts">
        Balances, transactions and identities of {instance.name} that somebody should look at.
      </PageHeader>
      <SegmentedControl
        className="annex-segments"
        mb="sm"
        aria-label="Show alerts"
        value={status === "" ? "all" : status}
        onChange={(value) => parameters.set({ status: value === "all" ? null : value })}
        data={[
          { value: "all", label: "All" },
          ...alertStatuses.map((key) => ({ value: key, label: <Counted status={key} /> })),
        ]}
      />
      {alerts.data === undefined || alerts.data.total === 0 ? (
        <div className="annex-card">
          <NoAlerts alerts={alerts} filtered={status !== ""} />
        </div>
      ) : (
        <>
          <AlertList alerts={alerts.data.data} />
          <TableFoot
            label="Alerts"
            range={pageRange(parameters.query.page, pageSize, alerts.data.total)}
            onPage={(page) => parameters.set({ page: String(page) })}
          />
        </>
      )}
    </>
  );
}

type NoAlertsProps = { readonly alerts: ReturnType<typeof useAlerts>; readonly filtered: boolean };

function NoAlerts({ alerts, filtered }: NoAlertsProps) {
  if (alerts.data !== undefined) {
    return filtered ? (
      <NothingFound title="No alert has this status" />
    ) : (
      <EmptyState title="No alert">Apps with alerts:write raise them when something looks wrong.</EmptyState>
    );
  }
  if (alerts.error) return <ErrorState error={alerts.error} onRetry={() => void alerts.refetch()} />;
  return <LoadingState />;
}

/** A status and how many alerts have it. */
function Counted({ status }: { readonly status: string }) {
  const { instance_id } = useInstance();
  const alerts = useAlerts(instance_id, { page: 1, pageSize: 1, status });
  return (
    <>
      {alertStatusName(status)}
      {alerts.data === undefined ? null : (
        <span className="annex-figures annex-alert-count">{formatCount(alerts.data.total)}</span>
      )}
    </>
  );
}

function AlertList({ alerts }: { readonly alerts: readonly AlertView[] }) {
  const { allowed } = useRight("work-on-alerts");
  const selection = useChosenAlerts(alerts);
  const names = useAffectedNames(alerts);
  return (
    <>
      {allowed ? <AlertsAtOnce alerts={alerts} selection={selection} /> : null}
      <ul className="annex-alerts" aria-label="Alerts">
        {alerts.map((alert) => (
          <AlertCard
            key={alert.anomaly_id}
            alert={alert}
            names={names}
            selection={allowed ? selection : undefined}
          />
        ))}
      </ul>
    </>
  );
}

type AlertCardProps = {
  readonly alert: AlertView;
  readonly names: AffectedNames;
  /** Nothing where the member may not work on alerts. */
  readonly selection: ReturnType<typeof useChosenAlerts> | undefined;
};

function AlertCard({ alert, names, selection }: AlertCardProps) {
  const named = useParams()["recordId"] === alert.anomaly_id;
  return (
    <li
      className="annex-card annex-alert"
      data-named={named ? "" : undefined}
      ref={named ? (element) => element?.scrollIntoView({ block: "center" }) : undefined}
    >
      <div>
        <Group gap="xs" wrap="nowrap" align="flex-start">
          {selection === undefined ? null : (
            <Checkbox
              aria-label={`Choose ${alert.title || alert.anomaly_id}`}
              checked={selection.has(alert.anomaly_id)}
              onChange={(event) => selection.set(alert.anomaly_id, event.currentTarget.checked)}
            />
          )}
          <Title order={2}>{alert.title || `${alert.type} flagged`}</Title>
        </Group>
        <Text size="sm" mt={4}>
          {alert.description}
        </Text>
        <Affected alert={alert} names={names} />
        <Group gap="md" mt="xs" c="dimmed" fz="xs">
          <Moment at={alert.created_at} exact resolution="seconds" ago="beside" />
          <RaisedBy alert={alert} />
          <CopyableId id={alert.anomaly_id} label="alert id" />
        </Group>
        <AlertHistory alert={alert} />
      </div>
      <StatusChoice alert={alert} />
    </li>
  );
}

/** What the alert is about, by name, as links. */
function Affected({ alert, names }: { readonly alert: AlertView; readonly names: AffectedNames }) {
  const { instance_id } = useInstance();
  const records = [
    ...alert.affected_balances.map((id) => ({ id, section: "balances", name: names.balances.get(id) })),
    ...alert.affected_transactions.map((id) => ({
      id,
      section: "transactions",
      name: names.transactions.get(id),
    })),
    ...alert.affected_identities.map((id) => ({ id, section: "identities", name: names.identities.get(id) })),
  ];
  if (records.length === 0) return null;
  return (
    <Group gap="sm" mt={6}>
      {records.map(({ id, section, name }) => (
        <Link
          key={id}
          className="annex-link"
          to={`/i/${instance_id}/${section}/${id}`}
          title={id}
          translate="no"
        >
          {name ?? <span className="annex-identifier">{shortId(id)}</span>}
        </Link>
      ))}
    </Group>
  );
}

type AffectedNames = ReturnType<typeof useAffectedNames>;

/** What everything that these alerts are about is called: three questions for the whole page. */
function useAffectedNames(alerts: readonly AlertView[]) {
  return {
    balances: useBalanceNames(alerts.flatMap(({ affected_balances }) => affected_balances)),
    transactions: useTransactionNames(alerts.flatMap(({ affected_transactions }) => affected_transactions)),
    identities: useIdentityNames(alerts.flatMap(({ affected_identities }) => affected_identities)),
  };
}

function StatusChoice({ alert }: { readonly alert: AlertView }) {
  const { instance_id } = useInstance();
  const update = useUpdateAlert(instance_id);
  const { allowed, reason } = useRight("work-on-alerts");
  const choices: readonly string[] = alertStatuses;
  const change = (status: string | null) => {
    if (status === null || status === alert.status) return;
    update.mutate(
      { anomalyId: alert.anomaly_id, status },
      {
        onError: (error) =>
          announce({
            failed: true,
            title: "The status was not changed",
            message: failureText(error),
          }),
      },
    );
  };
  return (
    <Tooltip label={reason} disabled={allowed} multiline maw={280}>
      <Select
        label="Status"
        size="xs"
        w={170}
        maw="100%"
        data={(choices.includes(alert.status) ? choices : [alert.status, ...choices]).map((key) => ({
          value: key,
          label: alertStatusName(key),
        }))}
        value={alert.status}
        onChange={change}
        allowDeselect={false}
        readOnly={!allowed}
        disabled={update.isPending}
        aria-label={`Status of ${alert.title || alert.anomaly_id}`}
        description={allowed ? undefined : "Read only for your role"}
      />
    </Tooltip>
  );
}
