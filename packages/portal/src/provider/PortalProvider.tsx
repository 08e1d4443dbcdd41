import type { DashboardRecord } from "@annex/protocol";
import { type BrandShades, bearTranslation, schemeVariables } from "@annex/ui";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { DashboardContext, watchDashboard } from "../dashboard/dashboard.ts";
import { navigate } from "../navigation/route.ts";
import type { PortalError } from "../refusals/portal-error.ts";
import { createPortalClient, type PortalClient } from "../requests/portal-client.ts";
import { browserMemory } from "../requests/press-memory.ts";
import { watchPresence } from "../session/presence.ts";
import type { PortalSession } from "../session/session.ts";
import { followingColorScheme } from "../theme/color-scheme.ts";
import { portalTheme } from "../theme/theme.ts";
import { PageBoundary } from "./PageBoundary.tsx";
import { createPortalQueryClient } from "./query-client.ts";
import { SessionLoader } from "./SessionLoader.tsx";

/** What `PortalProvider` takes. */
export interface PortalProviderProps {
  /** From `openSession`; without one the page says how to launch the app. */
  readonly session: PortalSession | undefined;
  readonly brand?: { readonly shades: BrandShades };
  /** Where the app shows what it knows of a record that a member comes from, as a path below `/portal`. */
  readonly recordPath?: (record: DashboardRecord) => string | undefined;
  readonly children: ReactNode;
}

/**
 * Everything a portal page needs around it: the look, the session, the cache, and the page for each way it can end.
 *
 * @example
 * const session = openSession(browserTab(window));
 * createRoot(root).render(<PortalProvider session={session}><App /></PortalProvider>);
 */
export function PortalProvider({ session, brand, recordPath, children }: PortalProviderProps) {
  const [ended, setEnded] = useState<PortalError>();
  const over = useRef<PortalError>(undefined);
  const theme = useMemo(() => portalTheme(brand?.shades), [brand]);
  const [colorScheme] = useState(() => followingColorScheme(window));
  const [dashboard] = useState(() =>
    watchDashboard(window, (record) => {
      const path = recordPath?.(record);
      if (path !== undefined) navigate(path);
    }),
  );
  const [presence] = useState(() => watchPresence(window));
  // What a browser's translation makes of the page is nothing it fails of.
  useEffect(() => bearTranslation(window), []);
  const member = useRef<string>(undefined);
  const [presses] = useState(() => browserMemory(window, () => member.current));
  const client = useMemo<PortalClient>(
    () => createPortalClient({ session, presses, attended: presence.take, ended: () => over.current }),
    [session, presses, presence],
  );
  const [queries] = useState(() =>
    createPortalQueryClient((error) => {
      over.current ??= error;
      setEnded(over.current);
    }),
  );
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={colorScheme}
      cssVariablesResolver={schemeVariables}
    >
      <QueryClientProvider client={queries}>
        <PageBoundary>
          <DashboardContext value={dashboard}>
            <SessionLoader client={client} ended={ended} member={member}>
              {children}
            </SessionLoader>
          </DashboardContext>
        </PageBoundary>
      </QueryClientProvider>
    </MantineProvider>
  );
}
