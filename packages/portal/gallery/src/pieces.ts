/** One part in one state. */
import type { ReactNode } from "react";

export interface Piece {
  readonly name: string;
  readonly show: ReactNode;
}
