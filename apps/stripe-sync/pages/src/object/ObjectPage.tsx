import { Badge, ErrorState, LoadingState, Page, usePortalQuery } from "@annex/portal";
import type { ObjectDetailJson } from "../../../src/portal-types.ts";
import { BooksOf, useAskedBooks, withBooks } from "../books/queries.ts";
import { StripeId } from "../links/StripeId.tsx";
import { kindLabels, stateLabels, stateTones } from "../words/labels.ts";
import { ObjectDetail } from "./ObjectDetail.tsx";
import { ObjectFigures } from "./ObjectFigures.tsx";

/** By a transaction the ledger is asked each time. */
const IDLE_MILLISECONDS = 60_000;

/** A type that Stripe added after this app was made has Stripe's own name. */
function nameOf({ kind, stripe_type: type }: ObjectDetailJson): string {
  if (kind !== "other") return kindLabels[kind];
  const words = type.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** One object by itself, at an address of its own. @param path of it in the portal's API */
export function ObjectPage({ path }: { readonly path: string }) {
  const object = usePortalQuery<ObjectDetailJson>(path, { idleMilliseconds: IDLE_MILLISECONDS });
  const { data } = object;
  const asked = useAskedBooks();
  // An address without the name of books may lead into former ones.
  const books = data === undefined ? asked : (data.books ?? "");
  return (
    <Page
      title={data === undefined ? "Object" : nameOf(data)}
      description="What Stripe sent, and what was posted to the ledger for it."
      back={
        books === ""
          ? { label: "Overview", path: "/" }
          : { label: "Findings", path: withBooks("/findings", books) }
      }
      {...(data === undefined
        ? {}
        : { mark: <Badge tone={stateTones[data.state]}>{stateLabels[data.state]}</Badge> })}
    >
      {data !== undefined && (
        <BooksOf value={books}>
          <p>
            <StripeId id={data.id} whole />
          </p>
          <ObjectFigures object={data} />
          <ObjectDetail object={data} />
        </BooksOf>
      )}
      {data === undefined && object.error === null && <LoadingState label="Loading the object" rows={6} />}
      {data === undefined && object.error !== null && (
        <ErrorState error={object.error} onRetry={() => void object.refetch()} retrying={object.isFetching} />
      )}
    </Page>
  );
}
