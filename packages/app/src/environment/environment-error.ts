/**
 * A variable of the environment is wrong or missing; the app does not start.
 * Says which and what it wants, never its value, which may be a secret.
 *
 * @example
 * ```ts
 * new EnvironmentError("PORT", "must be a free port, or 0 for any", "port 5002 is in use").message;
 * // "PORT must be a free port, or 0 for any"
 * ```
 */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
  readonly code = "environment_invalid";
  readonly variable: string;
  /** What is wrong, where more is known than that the variable is not as it must be. */
  readonly happened: string;

  /**
   * @param wanted what the variable must be; begins with "must".
   * @param happened what was found, a clause that follows "cannot start:".
   */
  constructor(variable: string, wanted: string, happened = `${variable} is missing or wrong`) {
    super(`${variable} ${wanted}`);
    this.variable = variable;
    this.happened = happened;
    // In a server of the author's nobody catches it, and Node would print where in the framework it came from, which is
    // nowhere that a person who starts an app could mend.
    this.stack = `${this.name}: ${this.message}`;
  }
}
