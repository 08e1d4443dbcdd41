import "@mantine/core/styles/Tooltip.layer.css";
import { Tooltip } from "@mantine/core";
import type { ReactElement } from "react";

/** Why something cannot be done, beside what cannot be done; loaded where there is such a thing. */
export default function Reason({
  text,
  children,
}: {
  readonly text: string;
  readonly children: ReactElement;
}) {
  return (
    <Tooltip label={text} multiline maw={280}>
      {children}
    </Tooltip>
  );
}
