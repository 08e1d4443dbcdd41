import { useNavigate } from "react-router";
import { ApiError } from "../api/http.ts";
import { useRegisterApp } from "../api/queries.ts";
import { announce } from "../parts/announce.tsx";
import { useInstance } from "../session/session.ts";

/** Sends a manifest, opens the new app, and tells which field was refused. */
export function useRegistration() {
  const { instance_id } = useInstance();
  const navigate = useNavigate();
  const register = useRegisterApp();
  const submit = (manifest: unknown, onRefused?: (field: string) => void) =>
    register.mutate(manifest, {
      onError: (error) => onRefused?.(fieldOf(error) ?? ""),
      onSuccess: ({ app_id }) => {
        announce({ title: "App registered", message: "It can now be installed." });
        void navigate(`/i/${instance_id}/apps/${app_id}`);
      },
    });
  const error = register.error;
  const field = fieldOf(error);
  return {
    submit,
    pending: register.isPending,
    problem: problemOf(error, field),
    field,
    reset: register.reset,
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
