import { createContext, use, useEffect, useState } from "react";
import { momentOf, relativeTime, utcTime } from "../format/time.ts";

const CurrentTime = createContext<Date>(new Date());

/** One slow clock for every relative time on the page. */
export function CurrentTimeProvider({ children }: { readonly children: React.ReactNode }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return <CurrentTime value={now}>{children}</CurrentTime>;
}

type TimestampProps = {
  readonly time: string | null | undefined;
  /** Relative time below (`stacked`), after it (`inline`), or left out (`none`). */
  readonly relative?: "stacked" | "inline" | "none";
  readonly milliseconds?: boolean;
};

/** A time in UTC with its zone, and how long ago as an extra. */
export function Timestamp({ time, relative = "inline", milliseconds = false }: TimestampProps) {
  const now = use(CurrentTime);
  const moment = momentOf(time);
  if (moment === undefined) return <span>—</span>;
  const distance = relativeTime(moment, now.getTime() < moment.getTime() ? new Date() : now);
  return (
    <time dateTime={moment.toISOString()} style={{ fontVariantNumeric: "tabular-nums" }}>
      <span style={{ whiteSpace: "nowrap" }}>
        {utcTime(moment, milliseconds ? "milliseconds" : "seconds")}
      </span>
      {relative === "none" ? null : (
        <span
          style={{
            color: "var(--mantine-color-dimmed)",
            fontSize: "0.75rem",
            display: relative === "stacked" ? "block" : "inline",
          }}
        >
          {relative === "stacked" ? distance : ` · ${distance}`}
        </span>
      )}
    </time>
  );
}
