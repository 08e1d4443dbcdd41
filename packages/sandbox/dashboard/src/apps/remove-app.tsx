import { Text } from "@mantine/core";
import { useNavigate } from "react-router";
import { useRemoveApp } from "../api/queries.ts";
import type { AppView } from "../api/types.ts";
import { announce } from "../parts/announce.tsx";
import { Confirmation } from "../parts/confirmation.tsx";
import { useInstance } from "../session/session.ts";

type RemoveAppProps = { readonly app: AppView; readonly opened: boolean; readonly onClose: () => void };

/** Takes an app out of the registry; while it is installed anywhere, the Cloud refuses and says so. */
export default function RemoveApp({ app, opened, onClose }: RemoveAppProps) {
  const { instance_id } = useInstance();
  const navigate = useNavigate();
  const remove = useRemoveApp();
  const confirm = () =>
    remove.mutate(app.app_id, {
      onSuccess: () => {
        announce({ title: `${app.name} is removed`, message: "Its deliveries and calls stay in the logs." });
        void navigate(`/i/${instance_id}/apps`, { replace: true });
      },
    });
  return (
    <Confirmation
      title={`Remove ${app.name}?`}
      opened={opened}
      onClose={onClose}
      doing={remove}
      onConfirm={confirm}
      action="Remove app"
      harmful
      failed="It was not removed"
    >
      <Text size="sm">
        Nobody can install it any more. To have it back it is registered again, under a new app id. An app
        that is installed on any instance is uninstalled there first.
      </Text>
    </Confirmation>
  );
}
