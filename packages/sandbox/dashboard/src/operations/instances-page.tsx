/** The organization's instances: starting and stopping them, with what follows. */

import { Badge, CopyableId } from "@annex/ui";
import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { useSetInstanceState } from "../api/queries.ts";
import type { Instance } from "../api/types.ts";
import { Confirmation } from "../parts/confirmation.tsx";
import { StartIcon, StopIcon } from "../parts/icons.ts";
import { PageHeader } from "../parts/page.tsx";
import { StatusBadge } from "../parts/status-badge.tsx";
import { GuardedButton } from "../session/guarded-button.tsx";
import { useInstance, useSession } from "../session/session.ts";
import "./operations.css";

export default function InstancesPage() {
  const { instances, organization } = useSession();
  return (
    <>
      <PageHeader title="Instances">
        The ledgers of {organization.name}, each with its own apps and data.
      </PageHeader>
      <ul className="annex-instances" aria-label="Instances">
        {instances.map((instance) => (
          <InstanceCard key={instance.instance_id} instance={instance} />
        ))}
      </ul>
    </>
  );
}

function InstanceCard({ instance }: { readonly instance: Instance }) {
  const selected = useInstance().instance_id === instance.instance_id;
  return (
    <li className="annex-card annex-instance">
      <Stack gap={6} style={{ minWidth: 0 }}>
        <Group gap="xs">
          <Title order={2}>{instance.name}</Title>
          <StatusBadge status={instance.state} />
          {selected ? <Badge tone="info">selected</Badge> : null}
        </Group>
        <CopyableId id={instance.instance_id} label="instance id" whole />
        <Text size="sm" c="dimmed">
          {instance.state === "running"
            ? "Apps and members can read and write it."
            : "Apps are answered 503 instance_unavailable until it is started. Its data is kept."}
        </Text>
      </Stack>
      <Group gap="xs">
        {selected ? null : (
          <Button component={Link} to={`/i/${instance.instance_id}/apps`} variant="default">
            Open
          </Button>
        )}
        <StateButton instance={instance} />
      </Group>
    </li>
  );
}

function StateButton({ instance }: { readonly instance: Instance }) {
  const [asking, setAsking] = useState(false);
  const running = instance.state === "running";
  const Icon = running ? StopIcon : StartIcon;
  return (
    <>
      <GuardedButton
        right="manage-instances"
        variant="default"
        leftSection={<Icon size={16} aria-hidden />}
        onClick={() => setAsking(true)}
        aria-label={`${running ? "Stop" : "Start"} ${instance.name}`}
      >
        {running ? "Stop" : "Start"}
      </GuardedButton>
      <StateDialog instance={instance} opened={asking} onClose={() => setAsking(false)} />
    </>
  );
}

type StateDialogProps = {
  readonly instance: Instance;
  readonly opened: boolean;
  readonly onClose: () => void;
};

function StateDialog({ instance, opened, onClose }: StateDialogProps) {
  const change = useSetInstanceState();
  const running = instance.state === "running";
  const verb = running ? "Stop" : "Start";
  return (
    <Confirmation
      title={`${verb} ${instance.name}?`}
      opened={opened}
      onClose={onClose}
      doing={change}
      onConfirm={() =>
        change.mutate(
          { instanceId: instance.instance_id, state: running ? "stopped" : "running" },
          { onSuccess: onClose },
        )
      }
      action={`${verb} instance`}
      harmful={running}
      failed="The instance was not changed"
    >
      <Text size="sm">
        {running
          ? "Every call of an app to this instance is refused with 503 instance_unavailable until it is started again, and jobs that need it wait or fail. Nothing is deleted, installations stay."
          : "Apps can read and write it again at once, with everything as it was."}
      </Text>
    </Confirmation>
  );
}
