/** Said wherever a plain http address of this machine was or can be registered. Contract section 2 (Registration). */
export function InsecureNote() {
  return (
    <Notice tone="warning" title="Development only">
      This local Cloud accepts <span className="annex-identifier">http://localhost</span> and{" "}
      <span className="annex-identifier">127.0.0.1</span>. The real one refuses them: register public HTTPS
      URLs there, while developing those of a tunnel.
    </Notice>
  );
}

import { Notice } from "@annex/ui";
