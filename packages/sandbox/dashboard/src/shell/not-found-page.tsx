import { NothingFound } from "@annex/ui";
import { useDocumentTitle } from "../parts/page.tsx";

export default function NotFoundPage() {
  useDocumentTitle("Not found");
  return (
    <div className="annex-card">
      <NothingFound
        level={1}
        title="There is no page here"
        action={
          <a className="annex-link" href="/">
            Open the dashboard
          </a>
        }
      >
        The address may be mistyped, or belong to another version of the local Cloud.
      </NothingFound>
    </div>
  );
}
