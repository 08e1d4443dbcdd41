import { Badge, formatLatency, HttpStatus } from "@annex/ui";
import type { Delivery } from "../api/types.ts";

/** A delivery without an answer is on its way until its time is measured: then none came. */
export function DeliveryStatus({ delivery }: { readonly delivery: Delivery }) {
  if (delivery.duration_ms === null)
    return (
      <Badge tone="info" live>
        on its way
      </Badge>
    );
  return <HttpStatus status={delivery.status} />;
}

export function DeliveryDuration({ delivery }: { readonly delivery: Delivery }) {
  return (
    <span className="annex-figures">
      {delivery.duration_ms === null ? "—" : formatLatency(delivery.duration_ms)}
    </span>
  );
}
