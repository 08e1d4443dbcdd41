/** Which of the loaded objects are shown. Kind and state are asked of the backend; currency and text are looked up here. */
import type { ObjectJson, ObjectKind, ObjectState } from "../../../src/portal-types.ts";

export interface ObjectFilter {
  readonly kind: ObjectKind | "";
  readonly state: ObjectState | "";
  readonly currency: string;
  /** Part of any id of the object: Stripe's, the ledger's, a reference. */
  readonly text: string;
}

export const noFilter: ObjectFilter = { kind: "", state: "", currency: "", text: "" };

function idsOf(object: ObjectJson): readonly (string | undefined)[] {
  const legIds = object.legs.flatMap((leg) => [leg.reference, leg.transaction_id]);
  return [object.id, object.source_id, object.customer_id, object.identity_id, object.alert_id, ...legIds];
}

/** The objects of the filter's currency with its text in one of their ids, whatever its case. */
export function objectsMatching(objects: readonly ObjectJson[], filter: ObjectFilter): readonly ObjectJson[] {
  const text = filter.text.trim().toLowerCase();
  return objects.filter(
    (object) =>
      (filter.currency === "" || object.amount?.currency === filter.currency) &&
      (text === "" || idsOf(object).some((id) => id?.toLowerCase().includes(text) === true)),
  );
}

/** The currencies that occur, in alphabetical order. */
export function currenciesOf(objects: readonly ObjectJson[]): readonly string[] {
  return [...new Set(objects.flatMap((object) => object.amount?.currency ?? []))].sort();
}
