import { CopyButton, Notice } from "@annex/ui";
import { Button } from "@mantine/core";
import { useAppUrls } from "../api/queries.ts";
import { Facts } from "../parts/facts.tsx";
import { failureText } from "../parts/failure.tsx";
import { useRight } from "../session/session.ts";

/** The two URLs whole, for whoever may manage apps, when asked for: their secret is all that protects the app. */
export function AppUrls({ appId }: { readonly appId: string }) {
  const urls = useAppUrls();
  const { allowed } = useRight("manage-apps");
  if (!allowed) return null;
  if (urls.data === undefined) {
    return (
      <>
        {urls.error ? (
          <Notice tone="danger" title="The URLs cannot be shown" live>
            {failureText(urls.error)}
          </Notice>
        ) : null}
        <Button
          size="xs"
          variant="default"
          mt="xs"
          loading={urls.isPending}
          onClick={() => urls.mutate(appId)}
        >
          Show the two URLs whole
        </Button>
      </>
    );
  }
  return (
    <>
      <Notice tone="warning" title="Whoever knows these can speak to the app as Cloud does">
        That they were shown stands in the audit log.
      </Notice>
      <Facts
        facts={{
          "Callback URL": <Url value={urls.data.registration_callback_url} name="callback URL" />,
          "Portal URL": <Url value={urls.data.portal_generator_url} name="portal URL" />,
        }}
      />
      <Button size="xs" variant="default" mt="xs" onClick={() => urls.reset()}>
        Hide them
      </Button>
    </>
  );
}

function Url({ value, name }: { readonly value: string; readonly name: string }) {
  return (
    <span className="annex-id">
      <span className="annex-identifier" translate="no">
        {value}
      </span>
      <CopyButton value={value} name={name} />
    </span>
  );
}
