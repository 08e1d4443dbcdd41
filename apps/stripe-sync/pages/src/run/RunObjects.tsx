import {
  Choices,
  DataTable,
  EmptyState,
  ErrorState,
  formatCount,
  isActive,
  LoadingState,
  type RunDetailAnswer,
  type RunStatus,
  Section,
} from "@annex/portal";
import { NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import type { AboutRunPageJson, ObjectKind, ObjectState } from "../../../src/portal-types.ts";
import { ObjectDetail } from "../object/ObjectDetail.tsx";
import { useObjects } from "../queries.ts";
import { kindLabels, stateLabels } from "../words/labels.ts";
import { objectColumns } from "./object-columns.tsx";
import { currenciesOf, noFilter, type ObjectFilter, objectsMatching } from "./object-filter.ts";

type ShownRun = RunDetailAnswer<AboutRunPageJson>;

/** Every object of a run, with filters. */
export function RunObjects({ run }: { readonly run: ShownRun }) {
  const [filter, setFilter] = useState(noFilter);
  const { kind, state } = filter;
  const objects = useObjects(run.run_id, { kind, state }, isActive(run.status));
  const loaded = objects.rows ?? [];
  return (
    <Section title="Objects" description="What Stripe sent, and the ledger transactions that came of it.">
      <ObjectFilters
        run={run}
        filter={filter}
        currencies={currenciesOf(loaded)}
        onFilter={(change) => setFilter({ ...filter, ...change })}
      />
      {objects.rows === undefined && objects.error !== undefined && (
        <ErrorState error={objects.error} onRetry={objects.refetch} retrying={objects.loading} />
      )}
      {objects.rows === undefined && objects.error === undefined && (
        <LoadingState label="Loading the objects" rows={10} />
      )}
      {objects.rows !== undefined && (
        <DataTable
          list={JSON.stringify(filter)}
          label="Objects of this run"
          columns={objectColumns}
          rows={objectsMatching(loaded, filter)}
          rowKey={(object) => object.id}
          detail={(object) => <ObjectDetail object={object} />}
          more={objects.more}
          empty={
            <NoObjects
              filtered={filter !== noFilter}
              ended={endOf(run.status)}
              searched={objects.more === undefined ? undefined : loaded.length}
              onClear={() => setFilter(noFilter)}
            />
          }
        />
      )}
    </Section>
  );
}

function endOf(status: RunStatus): "completed" | "early" | undefined {
  if (isActive(status)) return undefined;
  return status === "completed" ? "completed" : "early";
}

function NoObjects(props: {
  readonly filtered: boolean;
  /** How the run ended, once it has. */
  readonly ended: "completed" | "early" | undefined;
  /** How many were looked through, where that is not all of them. */
  readonly searched: number | undefined;
  readonly onClear: () => void;
}) {
  const { filtered, ended, searched, onClear } = props;
  if (!filtered && ended === "completed")
    return <EmptyState title="No objects">This run found nothing that came or changed.</EmptyState>;
  if (!filtered && ended === "early")
    return <EmptyState title="No objects">This run ended before it had read anything.</EmptyState>;
  if (!filtered) return <EmptyState title="No objects yet">They appear here as Stripe is read.</EmptyState>;
  return (
    <EmptyState
      title={
        searched === undefined
          ? "No object matches the filters"
          : `None of the newest ${formatCount(searched)} objects matches the filters`
      }
      action={
        <button type="button" className="stripe-textbutton" onClick={onClear}>
          Clear the filters
        </button>
      }
    />
  );
}

interface ObjectFiltersProps {
  readonly run: ShownRun;
  readonly filter: ObjectFilter;
  readonly currencies: readonly string[];
  readonly onFilter: (change: Partial<ObjectFilter>) => void;
}

function ObjectFilters({ run, filter, currencies, onFilter }: ObjectFiltersProps) {
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
            ...currencies.map((code) => ({ value: code, label: code.toUpperCase() })),
          ]}
          onChange={(event) => onFilter({ currency: event.currentTarget.value })}
        />
        <TextInput
          label="Find an id"
          type="search"
          placeholder="ch_… or txn_…"
          value={filter.text}
          onChange={(event) => onFilter({ text: event.currentTarget.value })}
        />
      </div>
    </div>
  );
}

function stateChoices(run: ShownRun) {
  const states = (Object.keys(stateLabels) as ObjectState[]).filter((state) => run.counts[state] > 0);
  return [
    { value: "" as const, label: "All", count: run.counts.all },
    ...states.map((state) => ({ value: state, label: stateLabels[state], count: run.counts[state] })),
  ];
}

function kindOptions(run: ShownRun) {
  const kinds = run.kinds.filter((entry) => entry.count > 0);
  return [
    { value: "", label: "All" },
    ...kinds.map((entry) => ({ value: entry.kind, label: `${kindLabels[entry.kind]} (${entry.count})` })),
  ];
}
