/**
 * The pages of an instance: their address, their name, their icon, and the file that is loaded when one is first
 * opened. A new page is its own file and its line here; the routes, the navigation and the command palette are made of
 * this list.
 */
import type { Icon } from "@annex/ui";
import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import {
  AlertsIcon,
  AppsIcon,
  AuditIcon,
  BalancesIcon,
  DaysIcon,
  DeliveriesIcon,
  IdentitiesIcon,
  InstancesIcon,
  LedgersIcon,
  SettingsIcon,
  TransactionsIcon,
} from "./parts/icons.ts";

type Page = LazyExoticComponent<ComponentType>;

/** A page of the navigation. */
export type Place = {
  readonly group: "Apps" | "Ledger" | "Operations";
  /** Below `/i/<instance>/`. */
  readonly path: string;
  readonly label: string;
  readonly icon: Icon;
  readonly page: Page;
  /** Its records have addresses of their own, and open beside the list. */
  readonly records?: true;
  /** Pages that belong to it, below its path. */
  readonly within?: readonly { readonly path: string; readonly page: Page }[];
};

export const places: readonly Place[] = [
  {
    group: "Apps",
    path: "apps",
    label: "Apps",
    icon: AppsIcon,
    page: lazy(() => import("./apps/apps-page.tsx")),
    within: [
      { path: "register", page: lazy(() => import("./apps/register-page.tsx")) },
      { path: ":appId", page: lazy(() => import("./apps/app-page.tsx")) },
      { path: ":appId/edit", page: lazy(() => import("./apps/edit-page.tsx")) },
    ],
  },
  {
    group: "Apps",
    path: "deliveries",
    label: "Delivery log",
    icon: DeliveriesIcon,
    page: lazy(() => import("./operations/deliveries-page.tsx")),
    records: true,
  },
  {
    group: "Ledger",
    path: "ledgers",
    label: "Ledgers",
    icon: LedgersIcon,
    page: lazy(() => import("./records/ledgers-page.tsx")),
    records: true,
  },
  {
    group: "Ledger",
    path: "balances",
    label: "Balances",
    icon: BalancesIcon,
    page: lazy(() => import("./records/balances-page.tsx")),
    records: true,
  },
  {
    group: "Ledger",
    path: "transactions",
    label: "Transactions",
    icon: TransactionsIcon,
    page: lazy(() => import("./records/transactions-page.tsx")),
    records: true,
  },
  {
    group: "Ledger",
    path: "identities",
    label: "Identities",
    icon: IdentitiesIcon,
    page: lazy(() => import("./records/identities-page.tsx")),
    records: true,
  },
  {
    group: "Operations",
    path: "alerts",
    label: "Alerts",
    icon: AlertsIcon,
    page: lazy(() => import("./operations/alerts-page.tsx")),
    records: true,
  },
  {
    group: "Operations",
    path: "audit",
    label: "Audit log",
    icon: AuditIcon,
    page: lazy(() => import("./operations/audit-page.tsx")),
    records: true,
  },
  {
    group: "Operations",
    path: "bad-days",
    label: "Bad days",
    icon: DaysIcon,
    page: lazy(() => import("./days/days-page.tsx")),
  },
  {
    group: "Operations",
    path: "instances",
    label: "Instances",
    icon: InstancesIcon,
    page: lazy(() => import("./operations/instances-page.tsx")),
  },
  {
    group: "Operations",
    path: "settings",
    label: "Settings",
    icon: SettingsIcon,
    page: lazy(() => import("./settings/settings-page.tsx")),
  },
];
