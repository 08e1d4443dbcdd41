import { Skeleton } from "@mantine/core";

/**
 * The shape of what is being loaded; a screen reader hears the label once.
 *
 * @example
 * <LoadingState label="Loading the runs" rows={5} />
 */
export function LoadingState({ label, rows = 3 }: { readonly label: string; readonly rows?: number }) {
  return (
    <div className="annex-loading" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => `row ${row}`).map((row) => (
        <Skeleton key={row} height={18} radius="sm" aria-hidden="true" />
      ))}
    </div>
  );
}
