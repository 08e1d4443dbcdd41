import {
  Choices,
  DataTable,
  EmptyState,
  ErrorState,
  formatCount,
  isActive,
  LoadingState,
  type PortalList,
  type RunDetailAnswer,
  type RunStatus,
  replaceQueryValues,
  Section,
  useRoute,
} from "@annex/portal";
import { NativeSelect, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import type { AboutRunPageJson, ObjectKind, ObjectState } from "../../../src/portal-types.ts";
import { ObjectDetail } from "../object/ObjectDetail.tsx";
import { type ObjectFilter, useObjects } from "../queries.ts";
import { kindLabels, stateLabels } from "../words/labels.ts";
import { objectColumns } from "./object-columns.tsx";
import { shownSentence } from "./shown-sentence.ts";

type ShownRun = RunDetailAnswer<AboutRunPageJson>;

/** While somebody types, nothing is asked, and the address stays as it is: browsers let it change a few times only. */
const TYPING_MILLISECONDS = 300;

/** Every object of a run, with filters, as long as its list is kept. */
export function RunObjects({ run }: { readonly run: ShownRun }) {
  // One that was never begun has none either, and nothing to count.
  return run.objects_kept || run.counts.all === 0 ? <ListedObjects run={run} /> : <ForgottenObjects />;
}

function ForgottenObjects() {
  return (
    <Section title="Objects">
      <EmptyState title="The list of its objects is no longer kept">
        Only the newest runs keep it. What this run posted is in the ledger, and its counts and totals stand
        above.
      </EmptyState>
    </Section>
  );
}

function ListedObjects({ run }: { readonly run: ShownRun }) {
  const filter = useFilter();
  const [typed, type] = useTypedId(filter.id);
  const objects = useObjects(run.run_id, { ...filter, id: filter.id.trim() }, isActive(run.status));
  const { rows, first, more } = objects;
  return (
    <Section title="Objects" description="What Stripe sent, and the ledger transactions that came of it.">
      <ObjectFilters
        run={run}
        filter={{ ...filter, id: typed }}
        onFilter={(change) => replaceQueryValues(change)}
        onType={type}
      />
      {rows === undefined && objects.error !== undefined && (
        <ErrorState error={objects.error} onRetry={objects.refetch} retrying={objects.loading} />
      )}
      {rows === undefined && objects.error === undefined && (
        <LoadingState label="Loading the objects" rows={10} />
      )}
      {rows !== undefined && (
        <>
          <p className="stripe-dim" role="status">
            {first === undefined ? "" : shownSentence(rows.length, first, more !== undefined, more?.loading)}
          </p>
          <DataTable
            list={JSON.stringify(filter)}
            label="Objects of this run"
            columns={objectColumns}
            rows={rows}
            rowKey={(object) => object.id}
            detail={(object) => <ObjectDetail object={object} />}
            more={more}
            empty={
              <NoObjects
                filtered={Object.values(filter).some((value) => value !== "")}
                isPart={first?.identity_cut === true}
                lookOn={more}
                error={objects.error}
                ended={endOf(run.status)}
                onClear={() => {
                  type("");
                  replaceQueryValues({ kind: "", state: "", currency: "", id: "" });
                }}
              />
            }
          />
        </>
      )}
    </Section>
  );
}

/** What is chosen is part of the address; a kind or state that there is not counts as none. */
function useFilter(): ObjectFilter {
  const { query } = useRoute();
  const of = (name: string) => query.get(name) ?? "";
  return {
    kind: objectKinds.find((kind) => kind === of("kind")) ?? "",
    state: objectStates.find((state) => state === of("state")) ?? "",
    currency: of("currency"),
    id: of("id"),
  };
}

/** What stands in the field: what is typed goes into the address after a pause, and another address into the field at once. */
function useTypedId(inAddress: string): readonly [string, (typed: string) => void] {
  const [typed, type] = useState(inAddress);
  const [known, setKnown] = useState(inAddress);
  if (known !== inAddress) {
    setKnown(inAddress);
    type(inAddress);
  }
  useEffect(() => {
    if (typed === inAddress) return;
    const pause = setTimeout(() => replaceQueryValues({ id: typed }), TYPING_MILLISECONDS);
    return () => clearTimeout(pause);
  }, [typed, inAddress]);
  return [typed, type];
}

const objectKinds = Object.keys(kindLabels) as ObjectKind[];
const objectStates = Object.keys(stateLabels) as ObjectState[];

function endOf(status: RunStatus): "completed" | "early" | undefined {
  if (isActive(status)) return undefined;
  return status === "completed" ? "completed" : "early";
}

function NoObjects(props: {
  readonly filtered: boolean;
  /** Whether only a part was looked through. */
  readonly isPart: boolean;
  /** How more is looked through, where there is more, and why it stopped. */
  readonly lookOn: PortalList<unknown>["more"];
  readonly error: unknown;
  /** How the run ended, once it has. */
  readonly ended: "completed" | "early" | undefined;
  readonly onClear: () => void;
}) {
  const { filtered, isPart, lookOn, error, ended, onClear } = props;
  if (lookOn !== undefined) return <NoneSoFar lookOn={lookOn} error={error} />;
  if (!filtered && ended === "completed")
    return <EmptyState title="No objects">This run found nothing that came or changed.</EmptyState>;
  if (!filtered && ended === "early")
    return <EmptyState title="No objects">This run ended before it had read anything.</EmptyState>;
  if (!filtered) return <EmptyState title="No objects yet">They appear here as Stripe is read.</EmptyState>;
  return (
    <EmptyState
      title={isPart ? "None of those looked through is in this run" : "No object matches the filters"}
      action={
        <button type="button" className="stripe-textbutton" onClick={onClear}>
          Clear the filters
        </button>
      }
    />
  );
}

/** It goes on by itself for a while, then when somebody asks. */
function NoneSoFar(props: {
  readonly lookOn: NonNullable<PortalList<unknown>["more"]>;
  readonly error: unknown;
}) {
  const { lookOn, error } = props;
  if (error !== undefined)
    return <ErrorState error={error} onRetry={lookOn.load} retrying={lookOn.loading} />;
  if (lookOn.loading) return <LoadingState label="Looking through the ids that begin like this" />;
  return (
    <EmptyState
      title="None found so far"
      action={
        <button type="button" className="stripe-textbutton" onClick={lookOn.load}>
          Load more
        </button>
      }
    >
      Very many ids begin like this, and not all are looked through yet.
    </EmptyState>
  );
}

interface ObjectFiltersProps {
  readonly run: ShownRun;
  readonly filter: ObjectFilter;
  readonly onFilter: (change: Partial<ObjectFilter>) => void;
  readonly onType: (id: string) => void;
}

function ObjectFilters({ run, filter, onFilter, onType }: ObjectFiltersProps) {
  return (
    <div className="stripe-filters">
      <Choices
        label="State"
        choices={stateChoices(run)}
        value={filter.state}
        onChoose={(state) => onFilter({ state })}
      />
      <div className="stripe-filters__boxes">
        <NativeSelect
          label="Kind"
          value={filter.kind}
          data={kindOptions(run)}
          onChange={(event) => onFilter({ kind: event.currentTarget.value as ObjectKind | "" })}
        />
        <NativeSelect
          label="Currency"
          value={filter.currency}
          data={[
            { value: "", label: "All" },
            ...run.object_currencies.map((code) => ({ value: code, label: code })),
          ]}
          onChange={(event) => onFilter({ currency: event.currentTarget.value })}
        />
        <TextInput
          label="Find an id"
          type="search"
          placeholder="ch_… or txn_…"
          title="The beginning of an id of Stripe’s (the object’s, its source’s, its customer’s) or of the ledger’s"
          value={filter.id}
          onChange={(event) => onType(event.currentTarget.value)}
        />
      </div>
    </div>
  );
}

function stateChoices(run: ShownRun) {
  const states = objectStates.filter((state) => run.counts[state] > 0);
  return [
    { value: "" as const, label: "All", count: run.counts.all },
    ...states.map((state) => ({ value: state, label: stateLabels[state], count: run.counts[state] })),
  ];
}

function kindOptions(run: ShownRun) {
  const kinds = run.kinds.filter((entry) => entry.count > 0);
  return [
    { value: "", label: "All" },
    ...kinds.map((entry) => ({
      value: entry.kind,
      label: `${kindLabels[entry.kind]} (${formatCount(entry.count)})`,
    })),
  ];
}
