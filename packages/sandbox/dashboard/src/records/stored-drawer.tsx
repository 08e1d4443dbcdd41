/** One stored record beside its list, read by the id that its address names. */
import { useRecord } from "../api/queries.ts";
import type { RecordCollection, RecordOf } from "../api/types.ts";
import { RecordDrawer } from "../parts/record-drawer.tsx";
import { useInstance } from "../session/session.ts";

/** What each collection's drawer is given: nothing is open without an id. */
export type StoredDrawerProps = { readonly id: string | undefined; readonly onClose: () => void };

type Props<Collection extends RecordCollection> = StoredDrawerProps & {
  readonly collection: Collection;
  readonly title: string;
  readonly children: (record: RecordOf[Collection]) => React.ReactNode;
};

export function StoredDrawer<Collection extends RecordCollection>(props: Props<Collection>) {
  const { collection, title, id, onClose, children } = props;
  const { instance_id } = useInstance();
  const reading = useRecord(instance_id, collection, id);
  return (
    <RecordDrawer title={title} opened={id !== undefined} onClose={onClose} reading={reading}>
      {children}
    </RecordDrawer>
  );
}
