import { NothingFound } from "@annex/ui";
import { Navigate } from "react-router";
import { rememberedInstance, useSession } from "../session/session.ts";

/** `/` opens the instance last looked at. */
export function OpenInstance() {
  const { instances } = useSession();
  const remembered = instances.find((instance) => instance.instance_id === rememberedInstance());
  const instance = remembered ?? instances[0];
  if (instance === undefined) {
    return (
      <NothingFound title="This organization has no instance">Create one, then load this page.</NothingFound>
    );
  }
  return <Navigate to={`/i/${instance.instance_id}/apps`} replace />;
}
