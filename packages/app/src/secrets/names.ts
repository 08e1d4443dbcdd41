/** A secret's name is not one that can be used. A mistake of the app's own code. */
export class SecretNameError extends Error {
  override readonly name = "SecretNameError";
  readonly code = "secret_name_invalid";
}

const nameForm = /^[A-Za-z0-9._-]{1,100}$/;

/** @throws SecretNameError unless it is 1 to 100 letters, digits, '.', '_' or '-'; the text is not repeated, as it may be the secret. */
export function checkedName(name: string): string {
  if (nameForm.test(name)) return name;
  throw new SecretNameError("A secret's name must be 1 to 100 letters, digits, '.', '_' or '-'.");
}
