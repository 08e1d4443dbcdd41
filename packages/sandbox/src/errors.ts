/** The two families of errors of this room: a refusal that a caller is answered with, and a start that cannot be. */

/** What a refusal tells besides its sentence and code. Everything here is safe to show. */
export type RefusalDetails = {
  readonly field?: string;
  readonly required_scope?: string;
  readonly delivery_id?: string;
  readonly retry_after?: number;
  readonly app_status?: number;
  readonly app_error?: string;
  readonly allow?: string;
  /** The faults that are behind it: for the audit log, never in the answer. */
  readonly faults?: readonly string[];
};

/**
 * A call that is refused: HTTP status, stable code, one sentence of what happened and what to do.
 * Thrown anywhere, answered in one place (`server/answers.ts`).
 *
 * @example
 * ```ts
 * throw new Refusal(404, "not_found", "There is no such app.");
 * ```
 */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: RefusalDetails;

  constructor(status: number, code: string, sentence: string, details: RefusalDetails = {}) {
    super(sentence);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/**
 * The local Cloud cannot start: what happened and what to do about it, for the person at the terminal.
 *
 * @example
 * ```ts
 * if (error instanceof SandboxStartError) console.error(error.message); // what happened, and what to do
 * ```
 */
export class SandboxStartError extends Error {
  readonly code: string;
  readonly whatToDo: string;

  constructor(code: string, whatHappened: string, whatToDo: string, options?: { readonly cause?: unknown }) {
    super(`${whatHappened} ${whatToDo}`, options);
    this.name = "SandboxStartError";
    this.code = code;
    this.whatToDo = whatToDo;
  }
}
