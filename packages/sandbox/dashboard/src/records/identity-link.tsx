import { ShortId } from "@annex/ui";
import { Link } from "react-router";
import { useRecord } from "../api/queries.ts";
import { useInstance } from "../session/session.ts";
import { identityName } from "./names.ts";

/** An identity by its name, as a link to it. */
export function IdentityLink({ id }: { readonly id: string }) {
  const { instance_id } = useInstance();
  const identity = useRecord(instance_id, "identities", id);
  return (
    <Link className="annex-link" to={`/i/${instance_id}/identities/${id}`} title={id}>
      {identity.data === undefined ? <ShortId id={id} /> : identityName(identity.data)}
    </Link>
  );
}
