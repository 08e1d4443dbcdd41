import { momentOf } from "@annex/ui";
import { Link } from "react-router";
import { useAudit } from "../api/queries.ts";
import type { TransactionRecord } from "../api/types.ts";
import { useInstance } from "../session/session.ts";

/** A transaction stands in the books after the call that made it, and before that call was answered and recorded. */
const before = 5_000;
const after = 60_000;

/** The way to the calls that may have made a transaction: the apps' writes around its time. */
export function PostedBy({ record }: { readonly record: TransactionRecord }) {
  const { instance_id } = useInstance();
  const created = momentOf(record.created_at);
  const span = {
    from: created && new Date(created.getTime() - before).toISOString(),
    to: created && new Date(created.getTime() + after).toISOString(),
  };
  const calls = useAudit({
    instance_id,
    category: "Transactions",
    method: "POST",
    ...span,
    page: 1,
    pageSize: 1,
  });
  const names = [...new Set((calls.data?.data ?? []).map(({ actor }) => actor.app_name ?? actor.user_name))];
  if (created === undefined) return "—";
  const query = new URLSearchParams({ method: "POST", category: "Transactions", ...stringsOf(span) });
  return (
    <Link className="annex-link" to={`/i/${instance_id}/audit?${query}`}>
      {names.length === 1 && calls.data?.total === 1 ? `${names[0]}, its call` : "Calls of apps at that time"}
    </Link>
  );
}

function stringsOf(span: { from: string | undefined; to: string | undefined }): Record<string, string> {
  return Object.fromEntries(Object.entries(span).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
