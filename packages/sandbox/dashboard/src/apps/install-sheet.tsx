/**
 * Installing in two steps: which permissions, then who is asking. Contract
 * section 3 (Install). The password lives in this form only and is gone with it.
 */
import "@mantine/core/styles/InlineInput.layer.css";
import "@mantine/core/styles/Checkbox.layer.css";
import "@mantine/core/styles/Progress.layer.css";
import "@mantine/core/styles/Stepper.layer.css";
import { Notice } from "@annex/ui";
import { Button, Checkbox, Group, Progress, Stack, Stepper, Text } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { ApiError } from "../api/http.ts";
import { useInstall } from "../api/queries.ts";
import type { AppView, Instance } from "../api/types.ts";
import { Sheet } from "../parts/dialogs.tsx";
import { emptyProof, type Proof, ProofFields, proofComplete } from "../session/proof-fields.tsx";
import { useInstance } from "../session/session.ts";
import { InstallCancelled, InstallDone } from "./install-outcome.tsx";
import { allowsText, withoutText } from "./permissions.ts";

type InstallSheetProps = { readonly app: AppView; readonly opened: boolean; readonly onClose: () => void };

export default function InstallSheet({ app, opened, onClose }: InstallSheetProps) {
  const install = useInstall();
  const close = () => {
    // Closing while the app is asked would hide how it ended.
    if (install.isPending) return;
    install.reset();
    onClose();
  };
  return (
    <Sheet
      opened={opened}
      onClose={close}
      title={`Install ${app.name}`}
      size={460}
      classNames={{ body: "annex-sheet-body", content: "annex-sheet", title: "annex-sheet-title" }}
    >
      <InstallSteps app={app} install={install} onClose={close} />
    </Sheet>
  );
}

type StepsProps = {
  readonly app: AppView;
  readonly install: ReturnType<typeof useInstall>;
  readonly onClose: () => void;
};

function InstallSteps({ app, install, onClose }: StepsProps) {
  const instance = useInstance();
  const [granted, setGranted] = useState<AppView["permissions"]>(app.permissions);
  const [step, setStep] = useState<0 | 1>(0);
  const [proof, setProof] = useState(emptyProof);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (step === 0) {
      setStep(1);
      return;
    }
    install.mutate(
      { app_id: app.app_id, instance_id: instance.instance_id, granted_permissions: granted, ...proof },
      { onError: () => setProof({ ...proof, code: "" }) },
    );
  };
  const restart = () => {
    install.reset();
    setStep(0);
  };

  if (install.isSuccess)
    return <InstallDone app={app} installed={install.data} granted={granted} onClose={onClose} />;
  if (wasCancelled(install.error)) {
    return <InstallCancelled app={app} error={install.error} onAgain={restart} onClose={onClose} />;
  }
  return (
    <form onSubmit={submit} className="annex-sheet-form" aria-label={`Install ${app.name}`}>
      <div className="annex-sheet-scroll">
        <Stepper active={step} size="xs" iconSize={26} mb="md">
          <Stepper.Step label="Permissions" />
          <Stepper.Step label="Confirm" />
        </Stepper>
        {step === 0 ? (
          <PermissionStep app={app} instance={instance} granted={granted} onGranted={setGranted} />
        ) : (
          <ConfirmStep
            app={app}
            instance={instance}
            granted={granted}
            proof={proof}
            onProof={setProof}
            install={install}
          />
        )}
      </div>
      <SheetFooter
        step={step}
        proof={proof}
        pending={install.isPending}
        onBack={restart}
        onCancel={onClose}
      />
    </form>
  );
}

function wasCancelled(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === "install_cancelled";
}

type PermissionStepProps = {
  readonly app: AppView;
  readonly instance: Instance;
  readonly granted: AppView["permissions"];
  readonly onGranted: (granted: AppView["permissions"]) => void;
};

function PermissionStep({ app, instance, granted, onGranted }: PermissionStepProps) {
  return (
    <Stack gap="md">
      <Text size="sm">
        {app.name} will be installed on <strong>{instance.name}</strong> only. Choose what it may do there.
      </Text>
      <Checkbox.Group
        label="Permissions it asks for"
        value={[...granted]}
        onChange={(chosen) => onGranted(app.permissions.filter((scope) => chosen.includes(scope)))}
      >
        <Stack gap={0} mt={6} className="annex-scope-list">
          {app.permissions.map((scope) => (
            <Checkbox
              key={scope}
              value={scope}
              className="annex-scope"
              label={<span className="annex-identifier">{scope}</span>}
              description={granted.includes(scope) ? allowsText(scope) : withoutText(scope)}
            />
          ))}
          {app.permissions.length === 0 ? (
            <Text size="sm" p="sm">
              {app.name} asks for no permission.
            </Text>
          ) : null}
        </Stack>
      </Checkbox.Group>
      {granted.length < app.permissions.length ? (
        <Notice
          tone="warning"
          title={`${app.permissions.length - granted.length} of ${app.permissions.length} not granted`}
        >
          {app.name} can do less than it asks for, and its pages should say what is missing.
        </Notice>
      ) : null}
      <Notice tone="info">
        What you grant cannot be changed afterwards, only by uninstalling and installing again. The app gets a
        key of its own for {instance.name}, never your own rights.
      </Notice>
    </Stack>
  );
}

type ConfirmStepProps = {
  readonly app: AppView;
  readonly instance: Instance;
  readonly granted: readonly string[];
  readonly proof: Proof;
  readonly onProof: (proof: Proof) => void;
  readonly install: ReturnType<typeof useInstall>;
};

function ConfirmStep({ app, instance, granted, proof, onProof, install }: ConfirmStepProps) {
  if (install.isPending) return <Installing app={app} />;
  return (
    <Stack gap="md">
      <Text size="sm">
        Installing on <strong>{instance.name}</strong> with{" "}
        {granted.length === 0 ? (
          "no permission"
        ) : (
          <span className="annex-identifier">{granted.join(", ")}</span>
        )}
        .
      </Text>
      {install.error ? <InstallFailure error={install.error} /> : null}
      <ProofFields proof={proof} onChange={onProof} />
    </Stack>
  );
}

function InstallFailure({ error }: { readonly error: Error }) {
  if (error instanceof ApiError && error.code === "authentication_failed") {
    return (
      <Notice tone="danger" title="Authentication failed" live>
        Nothing was installed. Either the password is wrong, or the code is not the one that your
        authenticator app shows now: a code lives for 30 seconds.
      </Notice>
    );
  }
  return (
    <Notice tone="danger" title="Nothing was installed" live>
      {error.message}
      {error instanceof ApiError && error.reference !== undefined ? ` Reference ${error.reference}.` : ""}
    </Notice>
  );
}

const answerLimitSeconds = 10;

/** The wait for the app's answer, against its limit. */
function Installing({ app }: { readonly app: AppView }) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((passed) => passed + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <Stack gap="sm" role="status" py="xl">
      <Text fw={600}>Installing {app.name}…</Text>
      <Progress
        value={Math.min(100, 8 + (seconds / answerLimitSeconds) * 92)}
        animated
        aria-label="Time the app has taken to answer"
      />
      <Text size="sm" c="dimmed">
        The key is made and sent to the app. It has {answerLimitSeconds} seconds to accept it; otherwise the
        installation is cancelled and the key revoked.
      </Text>
    </Stack>
  );
}

type SheetFooterProps = {
  readonly step: 0 | 1;
  readonly proof: Proof;
  readonly pending: boolean;
  readonly onBack: () => void;
  readonly onCancel: () => void;
};

function SheetFooter({ step, proof, pending, onBack, onCancel }: SheetFooterProps) {
  return (
    <Group justify="flex-end" gap="xs" className="annex-sheet-footer">
      <Button variant="default" onClick={step === 0 ? onCancel : onBack} disabled={pending}>
        {step === 0 ? "Cancel" : "Back"}
      </Button>
      <Button type="submit" loading={pending} disabled={step === 1 && !pending && !proofComplete(proof)}>
        {step === 0 ? "Continue" : "Install app"}
      </Button>
    </Group>
  );
}
