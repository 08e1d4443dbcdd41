import { useDraft } from "@annex/portal";
import { useState } from "react";
import { useAskedBooks } from "../books/queries.ts";
import { acknowledgeAll } from "./queries.ts";
import { ReasonForm, reasonAbout } from "./ReasonForm.tsx";

/** All new findings of one kind at once: one new type at Stripe can make hundreds. */
export function AcknowledgeAll({ code }: { readonly code: string }) {
  const books = useAskedBooks();
  const { text } = useDraft(reasonAbout(code));
  const [wasTyping] = useState(text !== "");
  return (
    <details open={wasTyping}>
      <summary>Acknowledge all of this kind at once</summary>
      <ReasonForm
        about={code}
        button="Acknowledge all of them"
        change={(client, reason) => acknowledgeAll(client, { code, reason, books })}
      />
    </details>
  );
}
