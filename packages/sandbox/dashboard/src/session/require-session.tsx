import { Center, Loader } from "@mantine/core";
import { useRef } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { useHasLeft, useSessionQuery } from "../api/queries.ts";
import { ErrorState } from "../parts/failure.tsx";
import { SessionContext } from "./session.ts";

/** Pages behind the log-in: with a session they render, without one the log-in does and leads back here. */
export function RequireSession() {
  const session = useSessionQuery();
  const location = useLocation();
  const hasLeft = useHasLeft();
  const wasThere = useRef(false);
  if (session.data) {
    wasThere.current = true;
    return (
      <SessionContext value={session.data}>
        <Outlet />
      </SessionContext>
    );
  }
  if (session.data === null) {
    const from = `${location.pathname}${location.search}`;
    return <Navigate to="/login" replace state={{ from, ended: wasThere.current && !hasLeft() }} />;
  }
  if (session.error) {
    return (
      <Center mih="100vh">
        <ErrorState error={session.error} onRetry={() => void session.refetch()} />
      </Center>
    );
  }
  return (
    <Center mih="100vh">
      <Loader aria-label="Loading" />
    </Center>
  );
}
