/** The course of an exact amount as a line of steps in a box. Pure; only the picture is rounded, never a figure. */

/** What an amount was from a moment on. */
export interface Step {
  readonly at: Date;
  readonly amount: bigint;
}

/** A box in the units of the picture. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

/** How finely amounts are placed between lowest and highest. */
const fineness = 100_000n;

/** The lowest and the highest amount; nought always belongs, so that the line's height means something. */
export function extentOf(steps: readonly Step[]): { readonly lowest: bigint; readonly highest: bigint } {
  let lowest = 0n;
  let highest = 0n;
  for (const { amount } of steps) {
    if (amount < lowest) lowest = amount;
    if (amount > highest) highest = amount;
  }
  return { lowest, highest };
}

/** Where an amount lies, from the top of the box; all in the middle where there is nothing but nought. */
export function heightOf(amount: bigint, steps: readonly Step[], { height }: Box): number {
  const { lowest, highest } = extentOf(steps);
  if (highest === lowest) return height / 2;
  return (Number(((highest - amount) * fineness) / (highest - lowest)) / Number(fineness)) * height;
}

/** Where a moment lies, from the left of the box. */
export function placeOf(at: Date, steps: readonly Step[], until: Date, { width }: Box): number {
  const first = steps[0]?.at.getTime() ?? until.getTime();
  const span = until.getTime() - first;
  return span <= 0 ? width : ((at.getTime() - first) / span) * width;
}

/**
 * The path of the steps, oldest first, up to a moment: level until the amount changes, then straight up or down.
 *
 * @example
 * ```ts
 * stepPath(steps, now, { width: 100, height: 40 }); // "M0 40H50V0H100"
 * ```
 */
export function stepPath(steps: readonly Step[], until: Date, box: Box): string {
  const parts = steps.map((step, index) => {
    const x = rounded(placeOf(step.at, steps, until, box));
    const y = rounded(heightOf(step.amount, steps, box));
    return index === 0 ? `M${x} ${y}` : `H${x}V${y}`;
  });
  return parts.length === 0 ? "" : `${parts.join("")}H${rounded(box.width)}`;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
