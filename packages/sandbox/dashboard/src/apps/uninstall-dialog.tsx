import { Notice } from "@annex/ui";
import { Stack, Text } from "@mantine/core";
import { useState } from "react";
import { ApiError, detailOf } from "../api/http.ts";
import { useDelivery, useUninstall } from "../api/queries.ts";
import type { AppView, Installation } from "../api/types.ts";
import { announce } from "../parts/announce.tsx";
import { Confirmation } from "../parts/confirmation.tsx";
import { emptyProof, ProofFields, proofComplete } from "../session/proof-fields.tsx";
import { useInstance } from "../session/session.ts";
import { AppAnswer } from "./install-outcome.tsx";

type UninstallDialogProps = {
  readonly app: AppView;
  readonly installation: Installation;
  readonly opened: boolean;
  readonly onClose: () => void;
};

/** Asks once, says what ends, and keeps a failed uninstall open for another try. Contract section 4 (Uninstall). */
export default function UninstallDialog({ app, installation, opened, onClose }: UninstallDialogProps) {
  const instance = useInstance();
  const uninstall = useUninstall();
  const [proof, setProof] = useState(emptyProof);
  const close = () => {
    setProof(emptyProof);
    onClose();
  };
  const confirm = () =>
    uninstall.mutate(
      { installedAppId: installation.installed_app_id, proof },
      {
        onSuccess: () => {
          announce({
            title: `${app.name} is uninstalled`,
            message: `Its key no longer works on ${instance.name}.`,
          });
          onClose();
        },
      },
    );
  return (
    <Confirmation
      title={`Uninstall ${app.name} from ${instance.name}?`}
      opened={opened}
      onClose={close}
      doing={uninstall}
      onConfirm={confirm}
      action="Uninstall app"
      harmful
      ready={proofComplete(proof)}
      failed={(error) => <UninstallFailed error={error} />}
    >
      {uninstall.error ? null : (
        <Text size="sm">
          Its sessions end, its jobs stop and its key is revoked at once. What it wrote to the ledger stays.
          Other instances are not touched. Installing it again later makes a new installation with a new key.
        </Text>
      )}
      <ProofFields proof={proof} onChange={setProof} />
    </Confirmation>
  );
}

function UninstallFailed({ error }: { readonly error: Error }) {
  const deliveryId = error instanceof ApiError ? detailOf(error, "delivery_id") : undefined;
  const delivery = useDelivery(deliveryId);
  const refusedByApp = error instanceof ApiError && error.code === "uninstall_failed";
  return (
    <Stack gap="sm">
      <Notice tone="danger" title="The uninstall did not complete" live>
        {error.message}
      </Notice>
      {delivery.data === undefined ? null : <AppAnswer delivery={delivery.data} />}
      {refusedByApp ? (
        <Text size="sm">
          The app did not confirm, so it stays installed and <strong>its key stays valid</strong>. See that
          the app runs, then try again.
        </Text>
      ) : null}
    </Stack>
  );
}
