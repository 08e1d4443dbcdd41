import { CodeBlock, CopyableId, formatLatency, HttpStatus, Moment, Notice } from "@annex/ui";
import { Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { useDelivery, useRedeliver } from "../api/queries.ts";
import type { Delivery, Redelivery } from "../api/types.ts";
import { DeliveryDuration, DeliveryStatus } from "../parts/delivery-state.tsx";
import { Facts } from "../parts/facts.tsx";
import { failureText } from "../parts/failure.tsx";
import { SendIcon } from "../parts/icons.ts";
import { Section } from "../parts/page.tsx";
import { RecordDrawer } from "../parts/record-drawer.tsx";
import { GuardedButton } from "../session/guarded-button.tsx";
import { instanceName, useInstance, useSession } from "../session/session.ts";
import { curlOfDelivery } from "./curl.ts";
import { TimelineOf } from "./timeline.tsx";

type DeliveryDrawerProps = {
  readonly id: string | undefined;
  /** The same delivery from the list, shown until it is read by itself. */
  readonly listed: Delivery | undefined;
  readonly onClose: () => void;
};

export function DeliveryDrawer({ id, listed, onClose }: DeliveryDrawerProps) {
  const delivery = useDelivery(id);
  return (
    <RecordDrawer
      title="Delivery"
      opened={id !== undefined}
      onClose={onClose}
      reading={{ ...delivery, data: delivery.data ?? listed }}
    >
      {(record) => <DeliveryDetail key={record.delivery_id} delivery={record} />}
    </RecordDrawer>
  );
}

function DeliveryDetail({ delivery }: { readonly delivery: Delivery }) {
  const session = useSession();
  const { instance_id } = useInstance();
  return (
    <>
      <Facts
        facts={{
          Kind: delivery.kind,
          App: (
            <Link className="annex-link" to={`/i/${instance_id}/apps/${delivery.app_id}`}>
              {delivery.app_name}
            </Link>
          ),
          Answer: <DeliveryStatus delivery={delivery} />,
          Error: delivery.error ?? undefined,
          Duration: <DeliveryDuration delivery={delivery} />,
          "Struck by": delivery.faults.length === 0 ? undefined : delivery.faults.join(", "),
          Sent: <Moment at={delivery.sent_at} exact resolution="milliseconds" ago="below" />,
          URL: <span className="annex-identifier">{delivery.url}</span>,
          Instance: instanceName(session, delivery.instance_id),
          Installation: <CopyableId id={delivery.installed_app_id} label="installation id" whole />,
          "Delivery id": <CopyableId id={delivery.delivery_id} label="delivery id" whole />,
          "Sent again of":
            delivery.attempt_of === null ? undefined : <OriginalLink id={delivery.attempt_of} />,
        }}
      />
      <SendAgain delivery={delivery} />
      <Section title="Body sent">
        <CodeBlock text={delivery.request_body} name="Body sent" />
      </Section>
      <Section title="Answer of the app">
        {delivery.response_body ? (
          <CodeBlock text={delivery.response_body} name="Answer of the app" />
        ) : (
          <Text size="sm" c="dimmed">
            {delivery.status === null ? "The app did not answer." : "The answer had no body."}
          </Text>
        )}
      </Section>
      <TimelineOf query={{ delivery_id: delivery.delivery_id }} current={delivery.delivery_id} />
      <Section title="The same request by hand">
        <CodeBlock text={curlOfDelivery(delivery)} name="curl command" />
      </Section>
    </>
  );
}

function OriginalLink({ id }: { readonly id: string }) {
  const { instance_id } = useInstance();
  return (
    <Link className="annex-link annex-identifier" to={`/i/${instance_id}/deliveries/${id}`}>
      {id}
    </Link>
  );
}

/** The very same body once more, key included, as the real Cloud may do at any time. */
function SendAgain({ delivery }: { readonly delivery: Delivery }) {
  const redeliver = useRedeliver();
  const result = redeliver.data?.data[0];
  return (
    <Stack gap="xs" mt="md">
      <GuardedButton
        right="manage-apps"
        variant="default"
        leftSection={<SendIcon size={16} aria-hidden />}
        loading={redeliver.isPending}
        onClick={() => redeliver.mutate(delivery.delivery_id)}
        style={{ alignSelf: "flex-start" }}
      >
        Send again
      </GuardedButton>
      <Text size="xs" c="dimmed">
        The very same body goes out once more. A correct app acknowledges it and changes nothing.
      </Text>
      {redeliver.error ? (
        <Notice tone="danger" title="It was not sent" live>
          {failureText(redeliver.error)}
        </Notice>
      ) : null}
      {result === undefined ? null : <RedeliveryResult result={result} />}
    </Stack>
  );
}

function RedeliveryResult({ result }: { readonly result: Redelivery }) {
  const accepted = result.status !== null && result.status >= 200 && result.status < 300;
  return (
    <>
      <Notice
        tone={accepted ? "success" : "danger"}
        title={accepted ? "Sent again: acknowledged" : "Sent again: not acknowledged"}
        live
      >
        <HttpStatus status={result.status} /> after {formatLatency(result.duration_ms)}
      </Notice>
      {result.body ? <CodeBlock text={result.body} name="Answer to the repeated delivery" /> : null}
    </>
  );
}
