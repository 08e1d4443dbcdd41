import { Badge, countOf } from "@annex/ui";
import { Link } from "react-router";
import { useFaults } from "../api/queries.ts";
import { useInstance } from "../session/session.ts";

/** Says on every page that faults are on, and leads to them; nothing while none is. */
export function DayMark() {
  const { instance_id } = useInstance();
  const faults = useFaults();
  const on = (faults.data?.data ?? []).filter((fault) => fault.on);
  if (on.length === 0) return null;
  return (
    <Link
      to={`/i/${instance_id}/bad-days`}
      className="annex-day-mark"
      title={on.map(({ title }) => title).join(", ")}
    >
      <Badge tone="warning" live>
        {countOf(on.length, "fault")} on
      </Badge>
    </Link>
  );
}
