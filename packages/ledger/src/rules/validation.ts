/** What a transaction request must look like before anything is looked up (contract section 7.2). */

import { countedDigits } from "./amounts.ts";
import { tryParseInstant } from "./times.ts";

/** One item of `sources` or `destinations` (contract section 9.1.1). */
export interface Distribution {
  readonly identifier: string;
  readonly distribution: string;
  readonly precise_distribution: string;
  readonly transaction_id: string;
}

/** The fields that are checked; names as on the wire. */
export interface CheckedRequest {
  readonly amount: number;
  readonly precise_amount: bigint | null;
  readonly precision: number;
  readonly currency: string;
  readonly reference: string;
  readonly description: string;
  readonly source: string;
  readonly sources: readonly Distribution[] | null;
  readonly destination: string;
  readonly destinations: readonly Distribution[] | null;
  readonly scheduled_for: string;
  readonly inflight_expiry_date: string;
  readonly inflight_commit_date: string;
}

/** The first failing rule of each field, by field name; undefined members are fine. */
export type TransactionProblems = Readonly<Record<string, string | undefined>>;

/**
 * Checks a request.
 *
 */
export function transactionProblems(request: CheckedRequest): TransactionProblems {
  return {
    amount: amountProblem(request),
    precision: precisionProblem(request.precision),
    currency: blankProblem(request.currency),
    reference: blankProblem(request.reference),
    description: blankProblem(request.description),
    source: sideProblem("source", request.source, request.sources),
    destination:
      sideProblem("destination", request.destination, request.destinations) ?? sameBalanceProblem(request),
    scheduled_for: timeProblem(request.scheduled_for),
    inflight_expiry_date: timeProblem(request.inflight_expiry_date),
    inflight_commit_date: timeProblem(request.inflight_commit_date),
  };
}

function amountProblem({ amount, precise_amount: precise }: CheckedRequest): string | undefined {
  if (amount !== 0 && precise !== null) {
    return "either amount or precise_amount should be provided, not both";
  }
  if (amount === 0 && precise === null) return "either amount or precise_amount is required";
  if (countedDigits(amount) > 15) {
    return "amount has more than 15 significant digits which may cause rounding errors; use precise_amount instead";
  }
  if (amount < 0) return "amount cannot be negative";
  if (precise !== null && precise < 0n) return "precise_amount cannot be negative";
  return undefined;
}

function precisionProblem(precision: number): string | undefined {
  if (!Number.isInteger(precision)) return "precision must be an integer value";
  return precision < 0 ? "precision cannot be negative" : undefined;
}

function blankProblem(value: string): string | undefined {
  return value === "" ? "cannot be blank" : undefined;
}

function sideProblem(
  name: string,
  single: string,
  several: readonly Distribution[] | null,
): string | undefined {
  const hasSeveral = several !== null && several.length > 0;
  if ((single !== "") !== hasSeveral) return undefined;
  return `either ${name} or ${name}s is required, not both`;
}

function sameBalanceProblem(request: CheckedRequest): string | undefined {
  const { source, destination } = request;
  const names = (items: readonly Distribution[] | null) => (items ?? []).map((item) => item.identifier);
  const same =
    (source !== "" && (source === destination || names(request.destinations).includes(source))) ||
    (destination !== "" && names(request.sources).includes(destination));
  return same ? "source and destination cannot be the same balance" : undefined;
}

function timeProblem(value: string): string | undefined {
  if (value === "" || tryParseInstant(value) !== undefined) return undefined;
  return "please format the scheduled date as 'YYYY-MM-DDTHH:MM:SS+00:00' (e.g., 2024-04-22T15:28:03+00:00)";
}
