import { Link } from "react-router";
import { useAlerts } from "../api/queries.ts";
import { Section } from "../parts/page.tsx";
import { StatusBadge } from "../parts/status-badge.tsx";
import { useInstance } from "../session/session.ts";

/** The latest alerts that may be about a record: an instance has few, and they name what they concern. */
const looked = 200;

/** The alerts that name a balance, a transaction or an identity; nothing where there is none. */
export function AlertsOf({ id }: { readonly id: string }) {
  const { instance_id } = useInstance();
  const alerts = useAlerts(instance_id, { page: 1, pageSize: looked });
  const about = (alerts.data?.data ?? []).filter((alert) =>
    [...alert.affected_balances, ...alert.affected_transactions, ...alert.affected_identities].includes(id),
  );
  if (about.length === 0) return null;
  return (
    <Section title="Alerts">
      <ul className="annex-plain-list">
        {about.map((alert) => (
          <li key={alert.anomaly_id}>
            <Link className="annex-link" to={`/i/${instance_id}/alerts/${alert.anomaly_id}`}>
              {alert.title || `${alert.type} flagged`}
            </Link>{" "}
            <StatusBadge status={alert.status} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
