import { ActionIcon } from "@mantine/core";
import IconChevronDown from "@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs";
import { type ReactNode, useId, useState } from "react";
import { type Column, tableRoles } from "./column.ts";

/** One row, and what it opens to show. */
export function DataRow<Row>(props: {
  readonly id: string;
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly detail: ((row: Row) => ReactNode) | undefined;
}) {
  const { row, columns, detail } = props;
  const [open, setOpen] = useState(false);
  const detailId = useId();
  return (
    <>
      <tr {...tableRoles.row} data-row={props.id}>
        {columns.map((column) => (
          <td
            {...tableRoles.cell}
            key={column.key}
            data-label={column.heading}
            data-align={column.align ?? "start"}
            data-lead={column.lead === true ? "" : undefined}
          >
            {column.cell(row)}
          </td>
        ))}
        {detail !== undefined && (
          <td {...tableRoles.cell} data-align="end" data-opener="">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Details of ${props.id}`}
              aria-expanded={open}
              aria-controls={open ? detailId : undefined}
              onClick={() => setOpen(!open)}
            >
              <IconChevronDown aria-hidden="true" size={16} className={open ? "annex-turned" : undefined} />
            </ActionIcon>
          </td>
        )}
      </tr>
      {open && detail !== undefined && (
        <tr {...tableRoles.row} id={detailId} className="annex-detail">
          <td {...tableRoles.cell} colSpan={columns.length + 1}>
            {detail(row)}
          </td>
        </tr>
      )}
    </>
  );
}
