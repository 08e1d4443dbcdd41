import { notifications } from "@mantine/notifications";
import { useNavigate } from "react-router";
import { ApiError } from "../api/http.ts";
import { useRegisterApp } from "../api/queries.ts";
import { useInstance } from "../session/session.ts";

/** Sends a manifest, opens the new app, and tells which field was refused. */
export function useRegistration() {
  const { instance_id } = useInstance();
  const navigate = useNavigate();
  const register = useRegisterApp();
  const submit = (manifest: unknown) =>
    register.mutate(manifest, {
      onSuccess: ({ app_id }) => {
        notifications.show({ title: "App registered", message: "It can now be installed." });
        void navigate(`/i/${instance_id}/apps/${app_id}`);
      },
    });
  const error = register.error;
  const field = error instanceof ApiError ? error.field?.replace(/^manifest\./, "") : undefined;
  return { submit, pending: register.isPending, error, field, reset: register.reset };
}
