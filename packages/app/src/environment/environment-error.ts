/**
 * A variable of the environment is wrong or missing; the app does not start.
 * Says which and what it wants, never its value, which may be a secret.
 */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
  readonly code = "environment_invalid";
  readonly variable: string;

  constructor(variable: string, wanted: string) {
    super(`${variable} ${wanted}`);
    this.variable = variable;
  }
}
