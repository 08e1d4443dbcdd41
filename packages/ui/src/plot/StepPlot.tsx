import { extentOf, heightOf, type Step, stepPath } from "./steps.ts";

const box = { width: 480, height: 96 };

/** What `StepPlot` takes. */
export interface StepPlotProps {
  /** What is drawn, in words with its first and last figure: the picture's text for who does not see it. */
  readonly label: string;
  /** Oldest first. */
  readonly steps: readonly Step[];
  /** Where the line ends. */
  readonly until: Date;
  /** An exact amount as text, for the lowest and the highest. */
  readonly amountText: (amount: bigint) => string;
  readonly momentText: (at: Date) => string;
}

/**
 * The course of an amount over time: level until it changes. Lowest and highest are written beside it, exact.
 *
 * @example
 * <StepPlot label="Balance over time" steps={steps} until={now} amountText={money} momentText={day} />
 */
export function StepPlot({ label, steps, until, amountText, momentText }: StepPlotProps) {
  const first = steps[0];
  if (first === undefined) return null;
  const { lowest, highest } = extentOf(steps);
  const line = stepPath(steps, until, box);
  const nought = heightOf(0n, steps, box);
  return (
    <figure className="annex-plot">
      <svg
        viewBox={`0 -2 ${box.width} ${box.height + 4}`}
        role="img"
        aria-label={label}
        preserveAspectRatio="none"
      >
        <path className="annex-plot__area" d={`${line}V${nought}H0Z`} />
        <path className="annex-plot__nought" d={`M0 ${nought}H${box.width}`} />
        <path className="annex-plot__line" d={line} />
      </svg>
      <figcaption className="annex-plot__words annex-figures" translate="no">
        <span>{momentText(first.at)}</span>
        <span>{`${amountText(lowest)} to ${amountText(highest)}`}</span>
        <span>{momentText(until)}</span>
      </figcaption>
    </figure>
  );
}
