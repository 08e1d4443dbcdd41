/** How an install ended: active, or cancelled with what the app answered. */
import { CodeBlock, Notice } from "@annex/ui";
import { Button, Group, Stack, Text } from "@mantine/core";
import { useCallback } from "react";
import { Link } from "react-router";
import { type ApiError, detailOf } from "../api/http.ts";
import { useDeliveries } from "../api/queries.ts";
import type { AppView, Delivery, Installed } from "../api/types.ts";
import { useLaunchPanel } from "../launch/launch-state.tsx";
import { targetOf } from "../launch/launch-target.ts";
import { DeliveryDuration, DeliveryStatus } from "../parts/delivery-state.tsx";
import { Facts } from "../parts/facts.tsx";
import { useInstance } from "../session/session.ts";

type InstallDoneProps = {
  readonly app: AppView;
  readonly installed: Installed;
  readonly granted: readonly string[];
  readonly onClose: () => void;
};

/** The form that had the focus has given way to this; the next Tab goes to the first of its buttons. */
function Outcome({ children }: { readonly children: React.ReactNode }) {
  const takeFocus = useCallback((element: HTMLElement | null) => element?.focus(), []);
  return (
    <div className="annex-sheet-form" ref={takeFocus} tabIndex={-1}>
      {children}
    </div>
  );
}

export function InstallDone({ app, installed, granted, onClose }: InstallDoneProps) {
  const launch = useLaunchPanel();
  const instance = useInstance();
  const open = () => {
    onClose();
    launch.open(targetOf(app, installed.installed_app_id, instance.name));
  };
  return (
    <Outcome>
      <div className="annex-sheet-scroll">
        <Stack gap="md">
          <Notice tone="success" title={`${app.name} is installed`} live>
            It can be launched by{" "}
            {app.launch_access.length === 0 ? "every member" : "the members and roles it names"}.
          </Notice>
          <Facts
            facts={{
              Instance: instance.name,
              Installation: <span className="annex-identifier">{installed.installed_app_id}</span>,
              Granted: granted.length === 0 ? "nothing" : granted.join(", "),
              Key: <span className="annex-identifier">{installed.api_key_prefix}…</span>,
            }}
          />
          <Text size="sm" c="dimmed">
            Only the first characters of the key are shown: the key itself went to the app and to nobody else.
          </Text>
        </Stack>
      </div>
      <Group justify="flex-end" gap="xs" className="annex-sheet-footer">
        <Button variant="default" onClick={onClose}>
          Done
        </Button>
        <Button onClick={open}>Launch app</Button>
      </Group>
    </Outcome>
  );
}

type InstallCancelledProps = {
  readonly app: AppView;
  readonly error: ApiError;
  readonly onAgain: () => void;
  readonly onClose: () => void;
};

export function InstallCancelled({ app, error, onAgain, onClose }: InstallCancelledProps) {
  const instance = useInstance();
  const deliveryId = detailOf(error, "delivery_id");
  const deliveries = useDeliveries({ app_id: app.app_id, kind: "install", page: 1, pageSize: 5 });
  const delivery = deliveryOf(deliveries.data?.data, deliveryId);
  return (
    <Outcome>
      <div className="annex-sheet-scroll">
        <Stack gap="md">
          <Notice tone="danger" title="Installation cancelled" live>
            {error.message}
          </Notice>
          {delivery === undefined ? null : <AppAnswer delivery={delivery} />}
          <Text size="sm">
            Nothing is installed and the key that was made is revoked. Look into the app's log, put right what
            made it refuse, then install again: that is a new installation with a new key.
          </Text>
          {delivery === undefined ? null : (
            <Link className="annex-link" to={`/i/${instance.instance_id}/deliveries/${delivery.delivery_id}`}>
              Open this delivery
            </Link>
          )}
        </Stack>
      </div>
      <Group justify="flex-end" gap="xs" className="annex-sheet-footer">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button onClick={onAgain}>Install again</Button>
      </Group>
    </Outcome>
  );
}

function deliveryOf(
  deliveries: readonly Delivery[] | undefined,
  id: string | undefined,
): Delivery | undefined {
  return id === undefined ? deliveries?.[0] : deliveries?.find((delivery) => delivery.delivery_id === id);
}

/** What came back from the app, or why nothing did. */
export function AppAnswer({ delivery }: { readonly delivery: Delivery }) {
  return (
    <Stack gap="xs">
      <Facts
        facts={{
          "The app answered": <DeliveryStatus delivery={delivery} />,
          After: <DeliveryDuration delivery={delivery} />,
          Error: delivery.error ?? undefined,
        }}
      />
      {delivery.response_body ? <CodeBlock text={delivery.response_body} name="Answer of the app" /> : null}
    </Stack>
  );
}
