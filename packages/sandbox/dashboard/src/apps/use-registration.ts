import { useNavigate } from "react-router";
import { ApiError } from "../api/http.ts";
import { type Manifest, useRegisterApp, useUpdateApp } from "../api/queries.ts";
import { announce } from "../parts/announce.tsx";
import { useInstance } from "../session/session.ts";

/** Sending a manifest: how far it is, and which field was refused. */
export type Registration = {
  readonly submit: (manifest: unknown, onRefused?: (field: string) => void) => void;
  readonly pending: boolean;
  readonly problem: string | undefined;
  readonly field: string | undefined;
  readonly reset: () => void;
};

/** Registers an app and opens it. */
export function useRegistration(): Registration {
  const { instance_id } = useInstance();
  const navigate = useNavigate();
  const register = useRegisterApp();
  return registrationOf(register, (manifest, onRefused) =>
    register.mutate(manifest as Manifest, {
      onError: (error) => onRefused?.(fieldOf(error) ?? ""),
      onSuccess: ({ app_id }) => {
        announce({ title: "App registered", message: "It can now be installed." });
        void navigate(`/i/${instance_id}/apps/${app_id}`);
      },
    }),
  );
}

/** Changes an app's registration and goes back to it. */
export function useAppChange(appId: string): Registration {
  const { instance_id } = useInstance();
  const navigate = useNavigate();
  const update = useUpdateApp(appId);
  return registrationOf(update, (manifest, onRefused) =>
    update.mutate(manifest as Manifest, {
      onError: (error) => onRefused?.(fieldOf(error) ?? ""),
      onSuccess: () => {
        announce({ title: "App changed", message: "What is sent to it goes by the new registration." });
        void navigate(`/i/${instance_id}/apps/${appId}`);
      },
    }),
  );
}

type Sending = { readonly error: Error | null; readonly isPending: boolean; readonly reset: () => void };

function registrationOf(sending: Sending, submit: Registration["submit"]): Registration {
  const field = fieldOf(sending.error);
  return {
    submit,
    pending: sending.isPending,
    problem: problemOf(sending.error, field),
    field,
    reset: sending.reset,
  };
}

function fieldOf(error: Error | null): string | undefined {
  return error instanceof ApiError ? error.field?.replace(/^manifest\./, "") : undefined;
}

// The field is shown where it stands; the sentence need not name it once more.
function problemOf(error: Error | null, field: string | undefined): string | undefined {
  if (error === null) return undefined;
  const prefix = `${field}: `;
  return error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message;
}
