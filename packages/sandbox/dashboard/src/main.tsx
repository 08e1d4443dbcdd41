/**
 * The dashboard of the local Cloud: what a person does there, in a browser.
 * It implements the user's side of contract sections 2 to 8, talks to nothing
 * but the Dashboard API of its own origin (`api/`), and may import only @annex/protocol
 * and @annex/ui of our rooms. No page shows or stores a key or a portal token.
 *
 * Folders: `session` (log-in, rights) → `shell` (frame around the pages) →
 * `apps` and `launch` (library, install, uninstall, the launched app's panel),
 * `records` (ledgers, balances, transactions, identities), `operations`
 * (alerts, audit log, delivery log, instances) · `parts` (shared pieces), `look`
 * (theme), `api` (the one way out). What it has in common with the portal kit is `@annex/ui`'s.
 *
 * Addresses: `/login`, `/i/<instance>/apps[/register|/<app>]`,
 * `/i/<instance>/{ledgers,balances,transactions,identities,deliveries}[/<id>]`,
 * `/i/<instance>/{alerts,audit,instances}`; filters and page are in the query.
 *
 * Accessible names that browser tests may rely on:
 * - log-in: text boxes "Email", "Password" (by role: its eye button has the word too), button "Continue"; then "Second
 *   factor", button "Log in"; a failure is an alert "Authentication failed".
 * - top bar: button "Instance: <name> <state>. Switch instance" (menu items by
 *   instance name), "Switch to light theme" / "Switch to dark theme", "User menu
 *   of <name>" (item "Log out"), below 820 px "Open navigation".
 * - navigation "Main": links "Apps", "Delivery log", "Ledgers", "Balances",
 *   "Transactions", "Identities", "Alerts", "Audit log", "Instances".
 * - library: "Search apps", link "Register app", a link by app name, buttons
 *   "Install" and "Launch app"; on the app's page also "Uninstall".
 * - install sheet: dialog "Install <app>", a check box for each scope, "Continue",
 *   "Password", "Second factor", "Install app"; then "Launch app" or "Done";
 *   cancelled: alert "Installation cancelled", button "Install again".
 * - uninstall: dialog "Uninstall <app> from <instance>?", button "Uninstall app";
 *   failed: alert "The uninstall did not complete", button "Try again".
 * - launch panel: dialog "<app>, launched app" with buttons "Floating preview",
 *   "Docked", "Expanded", "Full screen", "Launch again", "Close app", link
 *   "Open", separator "Width of the app panel", frame titled "<app> on <instance>".
 *   Its element has `data-size="floating|docked|expanded|full"`.
 * - tables are named by their page: "Ledgers", "Balances", "Transactions",
 *   "Identities", "Audit log", "Delivery log"; drawers are dialogs "Ledger",
 *   "Balance", "Transaction", "Identity", "Delivery" (there: "Send again").
 * - alerts: combo box "Status of <title>"; instances: "Stop <name>" / "Start
 *   <name>", then "Stop instance" / "Start instance".
 */
import "@fontsource-variable/geist";
import "@fontsource-variable/geist-mono";
import "./look/mantine-styles.ts";
import { bearTranslation, schemeVariables } from "@annex/ui";
import "./parts/parts.css";
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { createQueryClient } from "./api/queries.ts";
import { theme } from "./look/theme.ts";
import { Pages } from "./pages.tsx";
import { AnnouncementPlace } from "./parts/announce.tsx";

bearTranslation(window);

const queryClient = createQueryClient();
const colorSchemeManager = localStorageColorSchemeManager({ key: "annex-theme" });

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with the id root.");

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={schemeVariables}
      defaultColorScheme="auto"
      colorSchemeManager={colorSchemeManager}
    >
      <AnnouncementPlace />
      <QueryClientProvider client={queryClient}>
        <BrowserRouter>
          <Pages />
        </BrowserRouter>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
