import { ErrorState, formatCount, Notice } from "@annex/portal";
import type { useExport } from "./queries.ts";

/** What came of an export beside the file: why there is none, or that it does not hold everything. */
export function Exported({
  file,
  rest,
}: {
  readonly file: ReturnType<typeof useExport>;
  readonly rest: string;
}) {
  if (file.error !== null) return <ErrorState error={file.error} />;
  const cutAt = file.data?.cut_at;
  if (cutAt === undefined) return null;
  return (
    <Notice tone="warning" title={`The file holds the newest ${formatCount(cutAt)} rows only`}>
      {rest}
    </Notice>
  );
}
