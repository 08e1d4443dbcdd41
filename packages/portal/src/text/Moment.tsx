import { useEffect, useState } from "react";
import { formatAgo, formatMoment } from "./format.ts";

const REFRESH_MILLISECONDS = 20_000;

/**
 * When something happened: how long ago, with the exact time on hover; or the exact time itself.
 *
 * @param props.at ISO 8601
 */
export function Moment({ at, exact = false }: { readonly at: string; readonly exact?: boolean }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    if (exact) return;
    const timer = setInterval(() => setNow(new Date()), REFRESH_MILLISECONDS);
    return () => clearInterval(timer);
  }, [exact]);
  const moment = new Date(at);
  return (
    <time dateTime={at} title={formatMoment(moment, true)}>
      {exact ? formatMoment(moment) : formatAgo(moment, now)}
    </time>
  );
}
