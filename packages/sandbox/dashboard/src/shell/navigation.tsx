import {
  IconApps,
  IconArrowsLeftRight,
  IconBellRinging,
  IconBook2,
  IconHistory,
  IconScale,
  IconSend,
  IconServer2,
  IconUsers,
} from "@tabler/icons-react";
import { NavLink } from "react-router";
import { useInstance } from "../session/session.ts";

const groups = [
  {
    title: "Apps",
    items: [
      { to: "apps", label: "Apps", icon: IconApps },
      { to: "deliveries", label: "Delivery log", icon: IconSend },
    ],
  },
  {
    title: "Ledger",
    items: [
      { to: "ledgers", label: "Ledgers", icon: IconBook2 },
      { to: "balances", label: "Balances", icon: IconScale },
      { to: "transactions", label: "Transactions", icon: IconArrowsLeftRight },
      { to: "identities", label: "Identities", icon: IconUsers },
    ],
  },
  {
    title: "Operations",
    items: [
      { to: "alerts", label: "Alerts", icon: IconBellRinging },
      { to: "audit", label: "Audit log", icon: IconHistory },
      { to: "instances", label: "Instances", icon: IconServer2 },
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
                  <item.icon size={17} stroke={1.6} aria-hidden />
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
