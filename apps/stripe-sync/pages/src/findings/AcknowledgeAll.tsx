import { useAskedBooks } from "../books/queries.ts";
import { acknowledgeAll, useFindingChange } from "./queries.ts";
import { ReasonForm } from "./ReasonForm.tsx";

/** All new findings of one kind at once: one new type at Stripe can make hundreds. */
export function AcknowledgeAll({ code }: { readonly code: string }) {
  const acknowledging = useFindingChange(acknowledgeAll);
  const books = useAskedBooks();
  return (
    <details>
      <summary>Acknowledge all of this kind at once</summary>
      <ReasonForm
        button="Acknowledge all of them"
        saving={acknowledging}
        onReason={(reason) => acknowledging.mutate({ code, reason, books })}
      />
    </details>
  );
}
