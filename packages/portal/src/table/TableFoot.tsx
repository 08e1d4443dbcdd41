import { Button } from "@mantine/core";
import { formatCount } from "../text/format.ts";
import type { RowPage } from "./rows.ts";

/** Which rows are shown, and the way to the others. Nothing when all are in sight. */
export function TableFoot<Row>(props: {
  readonly label: string;
  readonly page: RowPage<Row>;
  readonly more: { readonly load: () => void; readonly loading: boolean } | undefined;
  readonly onPage: (page: number) => void;
}) {
  const { page, more, onPage } = props;
  if (page.pages === 1 && more === undefined) return null;
  const range = `${formatCount(page.first)}–${formatCount(page.last)} of ${formatCount(page.total)}`;
  return (
    <nav className="annex-foot" aria-label={`Pages of ${props.label}`}>
      <span className="annex-foot__range annex-figures" role="status">
        {more === undefined ? range : `${range} loaded`}
      </span>
      {more !== undefined && (
        <Button variant="subtle" size="xs" loading={more.loading} onClick={more.load}>
          Load more
        </Button>
      )}
      <PageButton label="Previous page" disabled={page.page === 1} onPress={() => onPage(page.page - 1)} />
      <PageButton
        label="Next page"
        disabled={page.page === page.pages}
        onPress={() => onPage(page.page + 1)}
      />
    </nav>
  );
}

function PageButton(props: {
  readonly label: string;
  readonly disabled: boolean;
  readonly onPress: () => void;
}) {
  const state = props.disabled
    ? { "data-disabled": true, "aria-disabled": true }
    : { onClick: props.onPress };
  return (
    <Button variant="default" size="xs" {...state}>
      {props.label}
    </Button>
  );
}
