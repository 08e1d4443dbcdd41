/** Alerts of the selected instance: what apps and members flagged, and how far the work on it is. */

import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/Combobox.layer.css";
import "@mantine/core/styles/Tooltip.layer.css";
import {
  CopyableId,
  EmptyState,
  LoadingState,
  Moment,
  NothingFound,
  pageRange,
  shortId,
  TableFoot,
} from "@annex/ui";
import { Group, SegmentedControl, Select, Text, Title, Tooltip } from "@mantine/core";
import { Link } from "react-router";
import { useAlerts, useUpdateAlert } from "../api/queries.ts";
import type { AlertView } from "../api/types.ts";
import { announce } from "../parts/announce.tsx";
import { ErrorState, failureText } from "../parts/failure.tsx";
import { useListParameters } from "../parts/list-parameters.ts";
import { PageHeader } from "../parts/page.tsx";
import { StatusBadge } from "../parts/status-badge.tsx";
import { useInstance, useRight } from "../session/session.ts";
import "./operations.css";

const pageSize = 20;
const statuses = ["FLAGGED", "INVESTIGATING", "RESOLVED"] as const;

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
        mb="sm"
        aria-label="Show alerts"
        value={status === "" ? "all" : status}
        onChange={(value) => parameters.set({ status: value === "all" ? null : value })}
        data={[
          { value: "all", label: "All" },
          ...statuses.map((key) => ({ value: key, label: titled(key) })),
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

function titled(status: string): string {
  return status.charAt(0) + status.slice(1).toLowerCase();
}

function AlertList({ alerts }: { readonly alerts: readonly AlertView[] }) {
  return (
    <ul className="annex-alerts" aria-label="Alerts">
      {alerts.map((alert) => (
        <AlertCard key={alert.anomaly_id} alert={alert} />
      ))}
    </ul>
  );
}

function AlertCard({ alert }: { readonly alert: AlertView }) {
  return (
    <li className="annex-card annex-alert">
      <div>
        <Group gap="xs">
          <Title order={2}>{alert.title || `${alert.type} flagged`}</Title>
          <StatusBadge status={alert.status} />
        </Group>
        <Text size="sm" mt={4}>
          {alert.description}
        </Text>
        <Group gap="md" mt="xs" c="dimmed" fz="xs">
          <Moment at={alert.created_at} exact resolution="seconds" ago="beside" />
          <CopyableId id={alert.anomaly_id} label="alert id" whole />
        </Group>
        <Affected alert={alert} />
      </div>
      <StatusChoice alert={alert} />
    </li>
  );
}

function Affected({ alert }: { readonly alert: AlertView }) {
  const { instance_id } = useInstance();
  const records = [
    ...alert.affected_balances.map((id) => ({ id, section: "balances" })),
    ...alert.affected_transactions.map((id) => ({ id, section: "transactions" })),
    ...alert.affected_identities.map((id) => ({ id, section: "identities" })),
  ];
  if (records.length === 0) return null;
  return (
    <Group gap="sm" mt={6}>
      {records.map(({ id, section }) => (
        <Link
          key={id}
          className="annex-link annex-identifier"
          to={`/i/${instance_id}/${section}/${id}`}
          title={id}
        >
          {shortId(id)}
        </Link>
      ))}
    </Group>
  );
}

function StatusChoice({ alert }: { readonly alert: AlertView }) {
  const { instance_id } = useInstance();
  const update = useUpdateAlert(instance_id);
  const { allowed, reason } = useRight("work-alerts");
  const choices: readonly string[] = statuses;
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
        data={choices.includes(alert.status) ? [...choices] : [alert.status, ...choices]}
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
