import { Badge } from "@annex/ui";

/** The faults that struck a call or a delivery, each a mark of its own; nothing on an ordinary day. */
export function FaultMarks({ faults }: { readonly faults: readonly string[] }) {
  return faults.map((fault) => (
    <span className="annex-fault-mark" key={fault}>
      <Badge tone="warning">{fault}</Badge>
    </span>
  ));
}
