import { shortId } from "@annex/ui";
import { Link } from "react-router";
import { useInstance } from "../session/session.ts";

type BalanceNameProps = {
  readonly id: string;
  /** Names of balances by id, as far as they are known. */
  readonly names: ReadonlyMap<string, string>;
};

/** A balance by its name; its id is in the title. In a list, where the row itself is the link. */
export function BalanceName({ id, names }: BalanceNameProps) {
  const name = names.get(id) ?? (id === "" ? "—" : shortId(id));
  return (
    <span title={id} translate="no" className={name === shortId(id) ? "annex-identifier" : undefined}>
      {name}
    </span>
  );
}

/** The same as a link to the balance. */
export function BalanceLink({ id, names }: BalanceNameProps) {
  const { instance_id } = useInstance();
  if (!id.startsWith("bln_")) return <BalanceName id={id} names={names} />;
  return (
    <Link className="annex-link" to={`/i/${instance_id}/balances/${id}`} title={id} translate="no">
      {names.get(id) ?? shortId(id)}
    </Link>
  );
}
