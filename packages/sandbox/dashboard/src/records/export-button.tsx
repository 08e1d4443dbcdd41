/** The filtered list as a file: every row that matches, not only the page that is shown. */
import { countOf, formatCount } from "@annex/ui";
import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { Query } from "../api/http.ts";
import { readRecords } from "../api/queries.ts";
import type { RecordCollection, RecordOf } from "../api/types.ts";
import { announce } from "../parts/announce.tsx";
import { failureText } from "../parts/failure.tsx";
import { ExportIcon } from "../parts/icons.ts";
import { useInstance } from "../session/session.ts";
import { type CsvColumn, csvText } from "./csv.ts";

const pageSize = 200;
/** More than a spreadsheet opens with ease; a narrower filter gives the rest. */
const mostRows = 100_000;

type ExportButtonProps<Collection extends RecordCollection> = {
  readonly collection: Collection;
  readonly query: Query;
  readonly total: number | undefined;
  /** The columns of the file; what they need beyond the rows is read here. */
  readonly columnsFor: (
    rows: readonly RecordOf[Collection][],
    signal: AbortSignal,
  ) => Promise<readonly CsvColumn<RecordOf[Collection]>[]>;
};

export function ExportButton<Collection extends RecordCollection>({
  collection,
  query,
  total = 0,
  columnsFor,
}: ExportButtonProps<Collection>) {
  const { instance_id, name } = useInstance();
  const [done, setDone] = useState<number>();
  const stopping = useRef<AbortController>(undefined);
  useEffect(() => () => stopping.current?.abort(), []);

  const run = async () => {
    const stop = new AbortController();
    stopping.current = stop;
    setDone(0);
    try {
      const rows = await readAll(instance_id, collection, query, stop.signal, setDone);
      const columns = await columnsFor(rows, stop.signal);
      save(csvText(columns, rows), `${collection}-${name}-${new Date().toISOString().slice(0, 10)}.csv`);
      if (rows.length < total) announce(cutShort(rows.length, total));
    } catch (error) {
      if (!stop.signal.aborted)
        announce({ title: "The export failed", message: failureText(error), failed: true });
    } finally {
      setDone(undefined);
    }
  };
  if (done !== undefined) {
    return (
      <Button size="xs" variant="default" onClick={() => stopping.current?.abort()}>
        {`Stop export: ${formatCount(done)} of ${formatCount(Math.min(total, mostRows))}`}
      </Button>
    );
  }
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<ExportIcon size={14} aria-hidden />}
      disabled={total === 0}
      onClick={() => void run()}
    >
      Export CSV
    </Button>
  );
}

function cutShort(written: number, total: number) {
  return {
    title: "The file holds a part",
    message: `It has the first ${countOf(written, "row")} of ${formatCount(total)}. Narrow the filters for the others.`,
  };
}

async function readAll<Collection extends RecordCollection>(
  instanceId: string,
  collection: Collection,
  query: Query,
  signal: AbortSignal,
  onProgress: (rows: number) => void,
): Promise<readonly RecordOf[Collection][]> {
  const rows: RecordOf[Collection][] = [];
  for (let page = 1; rows.length < mostRows; page += 1) {
    const answer = await readRecords(instanceId, collection, { ...query, page, pageSize }, signal);
    rows.push(...answer.data);
    onProgress(rows.length);
    if (answer.data.length < pageSize) break;
  }
  return rows.slice(0, mostRows);
}

function save(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name.replaceAll(/[^\w.-]+/g, "-");
  link.click();
  URL.revokeObjectURL(address);
}
