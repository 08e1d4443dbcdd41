import { amountParts, formatMoment, moneyParts, StepPlot } from "@annex/ui";
import { useRecords } from "../api/queries.ts";
import type { BalanceRecord, TransactionRecord } from "../api/types.ts";
import { useInstance } from "../session/session.ts";
import { courseOf, endOf, type Others, othersUpTo } from "./balance-course.ts";

/** As many as one question may bring; an older balance's course begins later. */
const mostSteps = 200;

/** The balance over time as a plot: after each of its latest applied transactions, exact at both ends. */
export function BalanceHistory({
  balance,
  precision,
}: {
  readonly balance: BalanceRecord;
  readonly precision: bigint | undefined;
}) {
  const { rows, others } = useLatest(balance.balance_id);
  const course = courseOf(balance, rows, others);
  if (course === undefined || course.length < 2) return null;
  const amountText = (amount: bigint) => {
    const { sign, whole, fraction } =
      precision === undefined ? moneyParts(amount, 0) : amountParts(amount, precision);
    return `${sign}${whole}${fraction} ${balance.currency}`;
  };
  return (
    <StepPlot
      label={`Course of the balance after its ${others === "none" ? "" : "latest "}${rows.length} applied transactions`}
      steps={course}
      until={endOf(course, new Date())}
      amountText={amountText}
      momentText={(at) => formatMoment(at, "days")}
    />
  );
}

/** A balance's applied transactions that took effect last, and what there is beside them. */
function useLatest(balanceId: string): {
  readonly rows: readonly TransactionRecord[];
  readonly others: Others;
} {
  const { instance_id } = useInstance();
  const applied = {
    balance_id_eq: balanceId,
    status_eq: "APPLIED",
    // An import books today what took effect months ago.
    order_by: "effective_date",
    order_dir: "desc",
  };
  const { data, isPlaceholderData } = useRecords(instance_id, "transactions", {
    ...applied,
    page: 1,
    pageSize: mostSteps,
  });
  const rows = data?.data ?? [];
  const total = data?.total ?? 0;
  const goesOn = rows.length < total;
  // Those without a date of effect come last, whenever they were booked: so the last of all tells whether there are any.
  const last = useRecords(
    instance_id,
    "transactions",
    { ...applied, page: total, pageSize: 1 },
    { enabled: goesOn && data?.total_is_minimum !== true },
  );
  // Rows of the balance that was looked at before are no rows of this one.
  if (data === undefined || isPlaceholderData) return { rows: [], others: "unknown" };
  if (!goesOn) return { rows, others: "none" };
  return { rows, others: othersUpTo(last.isPlaceholderData ? undefined : last.data?.data[0]) };
}
