/** The command palette: every page, app, instance and record by a few letters or an id. */
import { SearchIcon } from "@annex/ui";
import { TextInput } from "@mantine/core";
import { type KeyboardEvent, useId, useState } from "react";
import { useNavigate } from "react-router";
import { useApps } from "../api/queries.ts";
import { Dialog } from "../parts/dialogs.tsx";
import { focusPage } from "../parts/focus.ts";
import { places } from "../places.ts";
import { useInstance, useSession } from "../session/session.ts";
import { entriesMatching, entryOfId, type PaletteEntry, positionAfterKey } from "./palette-entries.ts";

export default function Palette({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog
      opened
      onClose={onClose}
      withCloseButton={false}
      attributes={{ content: { "aria-label": "Command palette" } }}
      yOffset="12vh"
      padding={0}
    >
      <PaletteList onClose={onClose} />
    </Dialog>
  );
}

function PaletteList({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const { instance_id } = useInstance();
  const all = useEntries();
  const list = useId();
  const [text, setText] = useState("");
  const [position, setPosition] = useState(0);
  const byId = entryOfId(text, instance_id);
  const found = byId === undefined ? entriesMatching(all, text) : [byId];
  const current = found[Math.min(position, found.length - 1)];
  const open = (entry: PaletteEntry) => {
    onClose();
    void navigate(entry.to);
    focusPage();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && current !== undefined) {
      event.preventDefault();
      open(current);
      return;
    }
    const next = positionAfterKey(event.key, position, found.length);
    if (next === position) return;
    event.preventDefault();
    setPosition(next);
  };
  return (
    <>
      <TextInput
        data-autofocus
        role="combobox"
        aria-label="Go to a page, an app, an instance, or an id"
        aria-expanded={current !== undefined}
        aria-controls={current && list}
        aria-activedescendant={current && `${list}-${current.id}`}
        placeholder="Page, app, instance, or an id such as txn_…"
        leftSection={<SearchIcon size={16} aria-hidden />}
        size="md"
        variant="unstyled"
        className="annex-palette__input"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setPosition(0);
        }}
        onKeyDown={onKeyDown}
      />
      {current === undefined ? (
        <p role="status" className="annex-dim annex-palette__none">
          Nothing is called that.
        </p>
      ) : (
        <div id={list} role="listbox" aria-label="Found" className="annex-palette__list" tabIndex={-1}>
          {found.map((entry) => (
            <PaletteOption
              key={entry.id}
              id={`${list}-${entry.id}`}
              entry={entry}
              selected={entry === current}
              onOpen={() => open(entry)}
            />
          ))}
        </div>
      )}
    </>
  );
}

function PaletteOption(props: {
  readonly id: string;
  readonly entry: PaletteEntry;
  readonly selected: boolean;
  readonly onOpen: () => void;
}) {
  const { entry, selected } = props;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the box above has the focus and takes the keys, as a combobox does.
    // biome-ignore lint/a11y/useFocusableInteractive: as above: the option is pointed to by aria-activedescendant.
    <div
      id={props.id}
      role="option"
      aria-selected={selected}
      className="annex-palette__option"
      ref={selected ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}
      onClick={props.onOpen}
    >
      <span>{entry.label}</span>
      <span className="annex-dim">{entry.group}</span>
    </div>
  );
}

function useEntries(): readonly PaletteEntry[] {
  const { instance_id } = useInstance();
  const { instances } = useSession();
  const apps = useApps(instance_id);
  return [
    ...places.map(({ path, label, group }) => ({
      id: path,
      label,
      group,
      to: `/i/${instance_id}/${path}`,
    })),
    ...(apps.data?.data ?? []).map((app) => ({
      id: app.app_id,
      label: app.name,
      group: "Apps",
      to: `/i/${instance_id}/apps/${app.app_id}`,
    })),
    ...instances
      .filter((instance) => instance.instance_id !== instance_id)
      .map((instance) => ({
        id: instance.instance_id,
        label: instance.name,
        group: "Switch instance",
        to: `/i/${instance.instance_id}/apps`,
      })),
  ];
}
