import { useDocumentTitle } from "../parts/page.tsx";
import { NothingFound } from "../parts/states.tsx";

export default function NotFoundPage() {
  useDocumentTitle("Not found");
  return (
    <div className="annex-card">
      <NothingFound
        order={1}
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
