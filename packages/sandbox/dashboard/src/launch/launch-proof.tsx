import { Notice } from "@annex/ui";
import { Button, Stack, Text, Title } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { emptyProof, type Proof, ProofFields, proofComplete } from "../session/proof-fields.tsx";

type LaunchProofProps = {
  readonly appName: string;
  readonly failure: string | undefined;
  readonly onProof: (proof: Proof) => void;
};

/** The app asked at its registration that whoever launches it proves who he is once more. */
export function LaunchProof({ appName, failure, onProof }: LaunchProofProps) {
  const [proof, setProof] = useState(emptyProof);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onProof(proof);
  };
  return (
    <form className="annex-panel-form" onSubmit={submit} aria-label="Confirm it is you">
      <Stack gap="md">
        <div>
          <Title order={2}>Confirm it is you</Title>
          <Text size="sm" c="dimmed">
            {appName} asks for your password and second factor at every launch.
          </Text>
        </div>
        {failure === undefined ? null : (
          <Notice tone="danger" title="Authentication failed" live>
            Nothing was launched. Check the password; a code lives for 30 seconds.
          </Notice>
        )}
        <ProofFields proof={proof} onChange={setProof} />
        <Button type="submit" disabled={!proofComplete(proof)}>
          Launch app
        </Button>
      </Stack>
    </form>
  );
}
