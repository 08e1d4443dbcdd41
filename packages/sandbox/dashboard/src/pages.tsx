/** Which page answers to which address. Each page is a bundle of its own, loaded when it is first opened. */
import { lazy, Suspense } from "react";
import { Navigate, Route, Routes } from "react-router";
import { type Place, places } from "./places.ts";
import { RequireSession } from "./session/require-session.tsx";
import { OpenInstance } from "./shell/open-instance.tsx";
import { PageFailure } from "./shell/page-failure.tsx";

const Shell = lazy(() => import("./shell/shell.tsx"));
const LoginPage = lazy(() => import("./session/login-page.tsx"));
const NotFoundPage = lazy(() => import("./shell/not-found-page.tsx"));

export function Pages() {
  return (
    <PageFailure>
      <Suspense fallback={null}>
        <Routes>
          <Route path="/login" element={<LoginPage />} />
          <Route element={<RequireSession />}>
            <Route path="/" element={<OpenInstance />} />
            {/* Not inside the shell, to which this would be a page that was there before. */}
            <Route path="/i/:instanceId" element={<Navigate to="apps" replace />} />
            <Route path="/i/:instanceId" element={<Shell />}>
              {places.map(routeOf)}
              <Route path="*" element={<NotFoundPage />} />
            </Route>
            <Route path="*" element={<OpenInstance />} />
          </Route>
        </Routes>
      </Suspense>
    </PageFailure>
  );
}

function routeOf({ path, page: Page, records, within = [] }: Place) {
  return (
    <Route key={path} path={path}>
      <Route path={records ? ":recordId?" : ""} element={<Page />} />
      {within.map(({ path: below, page: Below }) => (
        <Route key={below} path={below} element={<Below />} />
      ))}
    </Route>
  );
}
