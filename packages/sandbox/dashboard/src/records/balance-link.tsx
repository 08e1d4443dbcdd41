import { shortId } from "@annex/ui";
import { Link } from "react-router";
import { useInstance } from "../session/session.ts";

/** A balance by its indicator when it has one, else by its id, as a link to it. */
export function BalanceLink({
  id,
  indicator,
}: {
  readonly id: string;
  readonly indicator: string | undefined;
}) {
  const { instance_id } = useInstance();
  if (!id.startsWith("bln_")) return <span className="annex-identifier">{id === "" ? "—" : id}</span>;
  return (
    <Link className="annex-link annex-identifier" to={`/i/${instance_id}/balances/${id}`} title={id}>
      {indicator ?? shortId(id)}
    </Link>
  );
}
