import { amountParts, formatMoment, moneyParts, StepPlot } from "@annex/ui";
import { useRecords } from "../api/queries.ts";
import type { BalanceRecord } from "../api/types.ts";
import { useInstance } from "../session/session.ts";
import { courseOf } from "./balance-course.ts";

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
  const { instance_id } = useInstance();
  const transactions = useRecords(instance_id, "transactions", {
    page: 1,
    pageSize: mostSteps,
    balance_id_eq: balance.balance_id,
    status_eq: "APPLIED",
    // An import books today what took effect months ago.
    order_by: "effective_date",
    order_dir: "desc",
  });
  const rows = transactions.data?.data ?? [];
  const complete = rows.length === transactions.data?.total;
  const course = courseOf(balance, rows, complete);
  if (course === undefined || course.length < 2) return null;
  const amountText = (amount: bigint) => {
    const { sign, whole, fraction } =
      precision === undefined ? moneyParts(amount, 0) : amountParts(amount, precision);
    return `${sign}${whole}${fraction} ${balance.currency}`;
  };
  return (
    <StepPlot
      label={`Course of the balance after its ${complete ? "" : "latest "}${course.length} applied transactions`}
      steps={course}
      until={new Date()}
      amountText={amountText}
      momentText={(at) => formatMoment(at, "days")}
    />
  );
}
