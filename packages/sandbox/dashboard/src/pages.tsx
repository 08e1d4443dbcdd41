/** Which page answers to which address. Each page is a bundle of its own, loaded when it is first opened. */
import { lazy, Suspense } from "react";
import { Navigate, Route, Routes } from "react-router";
import { RequireSession } from "./session/require-session.tsx";
import { OpenInstance } from "./shell/open-instance.tsx";
import { PageFailure } from "./shell/page-failure.tsx";

const Shell = lazy(() => import("./shell/shell.tsx"));
const LoginPage = lazy(() => import("./session/login-page.tsx"));
const AppsPage = lazy(() => import("./apps/apps-page.tsx"));
const RegisterPage = lazy(() => import("./apps/register-page.tsx"));
const AppPage = lazy(() => import("./apps/app-page.tsx"));
const LedgersPage = lazy(() => import("./records/ledgers-page.tsx"));
const BalancesPage = lazy(() => import("./records/balances-page.tsx"));
const TransactionsPage = lazy(() => import("./records/transactions-page.tsx"));
const IdentitiesPage = lazy(() => import("./records/identities-page.tsx"));
const AlertsPage = lazy(() => import("./operations/alerts-page.tsx"));
const AuditPage = lazy(() => import("./operations/audit-page.tsx"));
const DeliveriesPage = lazy(() => import("./operations/deliveries-page.tsx"));
const InstancesPage = lazy(() => import("./operations/instances-page.tsx"));
const NotFoundPage = lazy(() => import("./shell/not-found-page.tsx"));

export function Pages() {
  return (
    <PageFailure>
      <Suspense fallback={null}>
        <Routes>
          <Route path="/login" element={<LoginPage />} />
          <Route element={<RequireSession />}>
            <Route path="/" element={<OpenInstance />} />
            <Route path="/i/:instanceId" element={<Shell />}>
              <Route index element={<Navigate to="apps" replace />} />
              <Route path="apps" element={<AppsPage />} />
              <Route path="apps/register" element={<RegisterPage />} />
              <Route path="apps/:appId" element={<AppPage />} />
              <Route path="ledgers/:recordId?" element={<LedgersPage />} />
              <Route path="balances/:recordId?" element={<BalancesPage />} />
              <Route path="transactions/:recordId?" element={<TransactionsPage />} />
              <Route path="identities/:recordId?" element={<IdentitiesPage />} />
              <Route path="alerts" element={<AlertsPage />} />
              <Route path="audit" element={<AuditPage />} />
              <Route path="deliveries/:recordId?" element={<DeliveriesPage />} />
              <Route path="instances" element={<InstancesPage />} />
              <Route path="*" element={<NotFoundPage />} />
            </Route>
            <Route path="*" element={<OpenInstance />} />
          </Route>
        </Routes>
      </Suspense>
    </PageFailure>
  );
}
