/** The page in the dashboard's frame. The kit brings the session, the error states and the look. */
import { browserTab, openSession, PortalProvider } from "@annex/portal";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";

const session = openSession(browserTab(window));
const root = document.getElementById("root");

if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <PortalProvider session={session}>
        <App />
      </PortalProvider>
    </StrictMode>,
  );
}
