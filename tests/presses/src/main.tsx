/** A page with one button, as an author writes it with the kit. */
import { asPortalError, browserTab, navigate, openSession, PortalProvider, usePortal } from "@annex/portal";
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";

function Payment() {
  const { client } = usePortal();
  const [said, setSaid] = useState("nothing yet");
  const pay = async () => {
    setSaid("under way");
    try {
      await client.post("/api/pay", { minor: 500n, to: "Jane" });
      setSaid("paid");
    } catch (error) {
      setSaid(`not known: ${asPortalError(error).details.outcome}`);
    }
  };
  return (
    <main>
      <button type="button" onClick={() => void pay()}>
        Pay
      </button>
      <button type="button" onClick={() => navigate("/elsewhere")}>
        Elsewhere
      </button>
      <output>{said}</output>
    </main>
  );
}

const session = openSession(browserTab(window));
const root = document.getElementById("root");
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <PortalProvider session={session}>
        <Payment />
      </PortalProvider>
    </StrictMode>,
  );
