import { PasswordInput, TextInput } from "@mantine/core";

export type Proof = { readonly password: string; readonly code: string };
export const emptyProof: Proof = { password: "", code: "" };

/** Whether both fields hold something that can be sent. */
export function proofComplete(proof: Proof): boolean {
  return proof.password !== "" && /^\d{6}$/.test(proof.code);
}

/** Password and second factor, asked again before an install, an uninstall and, where the app wants it, a launch. */
export function ProofFields({
  proof,
  onChange,
}: {
  readonly proof: Proof;
  readonly onChange: (proof: Proof) => void;
}) {
  return (
    <>
      <PasswordInput
        label="Password"
        autoComplete="current-password"
        value={proof.password}
        onChange={(event) => onChange({ ...proof, password: event.currentTarget.value })}
        data-autofocus
        // Whoever comes here has just said what he wants: this is the next thing to say.
        autoFocus
        required
      />
      <CodeInput code={proof.code} onChange={(code) => onChange({ ...proof, code })} />
    </>
  );
}

/** The six digits of an authenticator app. */
export function CodeInput({
  code,
  onChange,
  autoFocus = false,
}: {
  readonly code: string;
  readonly onChange: (code: string) => void;
  readonly autoFocus?: boolean;
}) {
  return (
    <TextInput
      label="Second factor"
      description="The 6 digits your authenticator app shows now"
      inputMode="numeric"
      autoComplete="one-time-code"
      maxLength={6}
      value={code}
      onChange={(event) => onChange(event.currentTarget.value.replace(/\D/g, ""))}
      data-autofocus={autoFocus || undefined}
      // The field appears because the member pressed Continue: focus follows the task.
      autoFocus={autoFocus}
      required
      styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", letterSpacing: "0.25em" } }}
    />
  );
}
