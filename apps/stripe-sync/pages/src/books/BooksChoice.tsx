import { Notice, PortalLink, replaceQueryValues } from "@annex/portal";
import { NativeSelect } from "@mantine/core";
import { useAskedBooks, useBooks } from "./queries.ts";
import { whoseBooks } from "./words.ts";

/** Whose findings, or payouts, are shown; nothing where there was only ever one key. */
export function BooksChoice() {
  const books = useBooks();
  const asked = useAskedBooks();
  const shown = books.find(({ name, current }) => (asked === "" ? current : name === asked));
  if (books.length < 2) return null;
  return (
    <>
      <NativeSelect
        className="stripe-kinds"
        label="Stripe account"
        value={shown?.name ?? asked}
        data={books.map((each) => ({
          value: each.name,
          label: `${whoseBooks(each)}${each.current ? "" : " (former key)"}`,
        }))}
        onChange={(event) => {
          const { value } = event.currentTarget;
          const isCurrent = books.some(({ name, current }) => current && name === value);
          replaceQueryValues({ books: isCurrent ? "" : value });
        }}
      />
      {shown?.current === false && (
        <Notice tone="info" title={`Of a former key: ${whoseBooks(shown)}`}>
          This account is not read any more.{" "}
          <PortalLink to={`/books/${encodeURIComponent(shown.name)}`}>
            Does the ledger still match Stripe?
          </PortalLink>
        </Notice>
      )}
    </>
  );
}
