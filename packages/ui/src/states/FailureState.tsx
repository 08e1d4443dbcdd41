import type { ReactNode } from "react";
import { BrokenIcon, type Icon } from "../icons/icons.ts";
import { CopyableId } from "../ids/CopyableId.tsx";

/** A failure in words for a person. */
export interface FailureWords {
  /** The machine word of the refusal; found in `data-code`. */
  readonly code: string;
  readonly title: string;
  readonly whatHappened: string;
  readonly whatToDo?: string | undefined;
  /** To be looked for in a log, or given to a developer. */
  readonly reference?: string | undefined;
}

/** What `FailureState` takes. */
export interface FailureStateProps {
  readonly words: FailureWords;
  readonly sign?: Icon;
  /** `page` fills the frame; `part` stands for one part of a page that goes on working. */
  readonly size?: "page" | "part";
  /** Level of its heading: 1 for a page, 2 for a part. */
  readonly children?: ReactNode;
}

/**
 * An error a person can act on: what happened, what to do next, then whatever helps (buttons, steps), and the
 * reference. Contract section 10.
 *
 * @example
 * <FailureState words={words}><RetryButton /></FailureState>
 */
export function FailureState({ words, sign: Sign = BrokenIcon, size = "part", children }: FailureStateProps) {
  const Heading = size === "page" ? "h1" : "h2";
  return (
    <div className="annex-error" data-size={size} data-code={words.code}>
      <span className="annex-error__sign">
        <Sign aria-hidden="true" size={size === "page" ? 28 : 22} />
      </span>
      <div role="alert">
        <Heading className="annex-error__title">{words.title}</Heading>
        <p>{words.whatHappened}</p>
        {words.whatToDo !== undefined && (
          <p className="annex-error__next">
            <strong>What to do next: </strong>
            {words.whatToDo}
          </p>
        )}
      </div>
      {children}
      {words.reference !== undefined && (
        <p className="annex-error__reference">
          Reference <CopyableId id={words.reference} label="reference" whole />
        </p>
      )}
    </div>
  );
}
