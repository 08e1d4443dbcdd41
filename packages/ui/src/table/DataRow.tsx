import { ActionIcon } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import type { Tone } from "../badges/tones.ts";
import { OpenIcon } from "../icons/icons.ts";
import { type Column, tableRoles } from "./column.ts";

/** One row, and what it opens to show. */
export function DataRow<Row>(props: {
  readonly id: string;
  /** What its opener is called by. */
  readonly name: string;
  readonly first: boolean;
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly detail: ((row: Row) => ReactNode) | undefined;
  readonly initiallyOpen: boolean;
  readonly onOpen: ((key: string, open: boolean) => void) | undefined;
  readonly link: ((row: Row, content: ReactNode) => ReactNode) | undefined;
  readonly selected: boolean;
  readonly tone: Tone | undefined;
}) {
  const { row, columns, detail, link } = props;
  const [open, setOpen] = useState(props.initiallyOpen);
  const detailId = useId();
  const turn = () => {
    setOpen(!open);
    props.onOpen?.(props.id, !open);
  };
  return (
    <>
      <tr
        {...tableRoles.row}
        className="annex-row"
        data-row={props.id}
        data-first={props.first ? "" : undefined}
        data-linked={link === undefined ? undefined : ""}
        data-selected={props.selected ? "" : undefined}
        data-tone={props.tone}
      >
        {columns.map((column, index) => {
          const linked = index === 0 && link !== undefined;
          return (
            <td
              {...tableRoles.cell}
              key={column.key}
              data-label={column.heading}
              data-align={column.align ?? "start"}
              className="annex-td"
              data-part={column.part}
              data-row-link={linked ? "" : undefined}
            >
              {linked ? link(row, column.cell(row)) : column.cell(row)}
            </td>
          );
        })}
        {detail !== undefined && (
          <td {...tableRoles.cell} className="annex-td" data-align="end" data-part="opener">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Details of ${props.name}`}
              aria-expanded={open}
              aria-controls={open ? detailId : undefined}
              onClick={turn}
            >
              <OpenIcon aria-hidden="true" size={16} className={open ? "annex-turned" : undefined} />
            </ActionIcon>
          </td>
        )}
      </tr>
      {open && detail !== undefined && (
        <tr {...tableRoles.row} id={detailId} className="annex-detail">
          <td {...tableRoles.cell} className="annex-detail__cell" colSpan={columns.length + 1}>
            {detail(row)}
          </td>
        </tr>
      )}
    </>
  );
}
