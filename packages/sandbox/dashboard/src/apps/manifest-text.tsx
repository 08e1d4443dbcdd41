import { Notice } from "@annex/ui";
import { Button, FileButton, Group, Stack, Text, Textarea } from "@mantine/core";
import { type DragEvent, type FormEvent, useState } from "react";
import { UploadIcon } from "../parts/icons.ts";
import { useRegistration } from "./use-registration.ts";

const example = `{
  "name": "…",
  "registration_callback_url": "https://…",
  "portal_generator_url": "https://…",
  "permissions": ["data:read"]
}`;

/** A manifest dropped, chosen or pasted. */
export function ManifestText() {
  const registration = useRegistration();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string>();
  const [dragging, setDragging] = useState(false);

  const take = async (file: File | null | undefined) => {
    setDragging(false);
    if (!file) return;
    registration.reset();
    setProblem(undefined);
    setText(await file.text());
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = parsedObject(text);
    setProblem(parsed.problem);
    if (parsed.problem === undefined) registration.submit(parsed.value);
  };

  return (
    <form onSubmit={submit} aria-label="Register app by manifest">
      <Stack gap="md">
        {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the button and the text field do the same by keyboard. */}
        <div
          className="annex-drop"
          data-dragging={dragging ? true : undefined}
          onDragOver={(event) => {
            event.preventDefault();
            setDragging(true);
          }}
          onDragLeave={() => setDragging(false)}
          onDrop={onDrop}
        >
          <UploadIcon size={22} aria-hidden />
          <Text size="sm">Drop a manifest file here, or</Text>
          <FileButton accept="application/json,.json" onChange={(file) => void take(file)}>
            {(props) => (
              <Button {...props} variant="default" size="xs">
                Choose file
              </Button>
            )}
          </FileButton>
        </div>
        <Textarea
          label="Manifest"
          description="JSON, as the app's framework writes it"
          placeholder={example}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autosize
          minRows={9}
          maxRows={20}
          error={problem}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "0.8125rem" } }}
          required
        />
        {registration.problem !== undefined ? (
          <Notice tone="danger" title="The app was not registered" live>
            {registration.field === undefined ? null : (
              <>
                Field <span className="annex-identifier">{registration.field}</span>:{" "}
              </>
            )}
            {registration.problem}
          </Notice>
        ) : null}
        <Group justify="flex-end">
          <Button type="submit" loading={registration.pending} disabled={text.trim() === ""}>
            Register app
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type ParsedObject = { readonly value?: unknown; readonly problem?: string };

function parsedObject(text: string): ParsedObject {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { value };
    return { problem: "This is JSON, but not an object with the manifest's fields." };
  } catch (error) {
    return { problem: `This is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}
