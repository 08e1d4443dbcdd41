import { useEffect, useState } from "react";
import type { RunJson } from "../../../src/portal-types.ts";
import { runDuration } from "../words/run-words.ts";

/** How long a run took, or is taking; a live one counts on. */
export function Elapsed({ run, live }: { readonly run: RunJson; readonly live: boolean }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    if (!live) return;
    const timer = setInterval(() => setNow(new Date()), 1000);
    return () => clearInterval(timer);
  }, [live]);
  return <span className="annex-figures">{runDuration(run, now) ?? "—"}</span>;
}
