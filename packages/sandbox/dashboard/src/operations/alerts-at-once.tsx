/** One status for several alerts: which are chosen, and the bar that changes them, all or none. */
import { Button, Checkbox, Group, Select, Text } from "@mantine/core";
import { useState } from "react";
import { useUpdateAlerts } from "../api/queries.ts";
import type { AlertView } from "../api/types.ts";
import { announce } from "../parts/announce.tsx";
import { failureText } from "../parts/failure.tsx";
import { useInstance } from "../session/session.ts";
import { alertStatuses, alertStatusName } from "./alert-status.ts";

/** The alerts of the page that are chosen. What has left the page is chosen no longer. */
export function useChosenAlerts(alerts: readonly AlertView[]) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const chosen = alerts.filter(({ anomaly_id }) => ids.has(anomaly_id));
  return {
    chosen,
    has: (id: string) => ids.has(id),
    set: (id: string, on: boolean) =>
      setIds(new Set(on ? [...ids, id] : [...ids].filter((each) => each !== id))),
    setAll: (on: boolean) => setIds(new Set(on ? alerts.map(({ anomaly_id }) => anomaly_id) : [])),
  };
}

type BarProps = {
  readonly alerts: readonly AlertView[];
  readonly selection: ReturnType<typeof useChosenAlerts>;
};

/** Choose all of the page, and give the chosen ones a status. */
export function AlertsAtOnce({ alerts, selection }: BarProps) {
  const { instance_id } = useInstance();
  const update = useUpdateAlerts(instance_id);
  const [status, setStatus] = useState<string>("RESOLVED");
  const { chosen } = selection;
  const change = () =>
    update.mutate(
      { anomalyIds: chosen.map(({ anomaly_id }) => anomaly_id), status },
      {
        onSuccess: () => {
          selection.setAll(false);
          announce({
            title: `${counted(chosen.length)} set to ${alertStatusName(status)}`,
            message: "Who changed what stands below each of them.",
          });
        },
        onError: (error) =>
          announce({ failed: true, title: "No status was changed", message: failureText(error) }),
      },
    );
  return (
    <Group className="annex-alerts-bar" gap="sm" role="group" aria-label="Several alerts at once">
      <Checkbox
        label="All on this page"
        checked={chosen.length > 0 && chosen.length === alerts.length}
        indeterminate={chosen.length > 0 && chosen.length < alerts.length}
        onChange={(event) => selection.setAll(event.currentTarget.checked)}
      />
      {chosen.length === 0 ? null : (
        <>
          <Text size="sm" role="status">
            {counted(chosen.length)} chosen
          </Text>
          <Select
            aria-label="Status for those chosen"
            size="xs"
            w={150}
            data={alertStatuses.map((key) => ({ value: key, label: alertStatusName(key) }))}
            value={status}
            onChange={(value) => setStatus(value ?? status)}
            allowDeselect={false}
          />
          <Button size="xs" onClick={change} loading={update.isPending}>
            Set status
          </Button>
        </>
      )}
    </Group>
  );
}

function counted(count: number): string {
  return count === 1 ? "1 alert" : `${count} alerts`;
}
