import { NavLink } from "react-router";
import {
  AlertsIcon,
  AppsIcon,
  AuditIcon,
  BalancesIcon,
  DeliveriesIcon,
  IdentitiesIcon,
  InstancesIcon,
  LedgersIcon,
  TransactionsIcon,
} from "../parts/icons.ts";
import { useInstance } from "../session/session.ts";

const groups = [
  {
    title: "Apps",
    items: [
      { to: "apps", label: "Apps", icon: AppsIcon },
      { to: "deliveries", label: "Delivery log", icon: DeliveriesIcon },
    ],
  },
  {
    title: "Ledger",
    items: [
      { to: "ledgers", label: "Ledgers", icon: LedgersIcon },
      { to: "balances", label: "Balances", icon: BalancesIcon },
      { to: "transactions", label: "Transactions", icon: TransactionsIcon },
      { to: "identities", label: "Identities", icon: IdentitiesIcon },
    ],
  },
  {
    title: "Operations",
    items: [
      { to: "alerts", label: "Alerts", icon: AlertsIcon },
      { to: "audit", label: "Audit log", icon: AuditIcon },
      { to: "instances", label: "Instances", icon: InstancesIcon },
    ],
  },
] as const;

/** The way to every page of the selected instance. */
export function Navigation({ onNavigate }: { readonly onNavigate: () => void }) {
  const instance = useInstance();
  return (
    <nav aria-label="Main">
      {groups.map((group) => (
        <div key={group.title} className="annex-nav-group">
          <p>{group.title}</p>
          <ul>
            {group.items.map((item) => (
              <li key={item.to}>
                <NavLink
                  to={`/i/${instance.instance_id}/${item.to}`}
                  className="annex-nav-link"
                  onClick={onNavigate}
                >
                  <item.icon size={17} aria-hidden />
                  {item.label}
                </NavLink>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
