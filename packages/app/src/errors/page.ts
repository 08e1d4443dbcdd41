/**
 * The page of an error state: what happened, what to do next, and the reference
 * under which the log has the rest. One document without a script or an asset,
 * readable from 412 px to full screen, in dark and in light. Contract section 10.
 */
import { describeErrorState } from "@annex/protocol/words";
import type { AppError } from "./app-error.ts";
import { escapeHtml } from "./escape.ts";
import { plainDocument } from "./plain-document.ts";

export type ErrorPageParts = {
  readonly appName: string;
  readonly error: AppError;
  readonly reference: string;
  /** For its one style element. */
  readonly nonce: string;
};

/** The HTML of an error page. */
export function renderErrorPage(parts: ErrorPageParts): string {
  const { appName, error, reference, nonce } = parts;
  const title = titleOf(error);
  return plainDocument({
    title: `${title} · ${appName}`,
    nonce,
    main: `<p class="app">${escapeHtml(appName)}</p>
<h1>${escapeHtml(title)}</h1>
<h2>What happened</h2>
<p>${escapeHtml(error.whatHappened)}</p>
<h2>What you can do</h2>
<p>${escapeHtml(error.whatToDo)}</p>
<p class="reference">Code <code>${escapeHtml(error.code)}</code> · Reference <code>${escapeHtml(reference)}</code></p>`,
  });
}

function titleOf(error: AppError): string {
  if (error.state === undefined) return "This did not work";
  const { provider } = error.details;
  return describeErrorState(error.state, { provider }).title;
}
