import {
  ErrorState,
  FailedState,
  MemberName,
  Moment,
  Money,
  PermissionButton,
  PortalLink,
  RecordLink,
} from "@annex/portal";
import type { KeptFindingJson } from "../../../src/portal-types.ts";
import { useAskedBooks, withBooks } from "../books/queries.ts";
import { Fact } from "../Fact.tsx";
import { StripeId } from "../links/StripeId.tsx";
import { whoMay } from "../words/who-may.ts";
import { isOfPayout, objectPath } from "./object-path.ts";
import { acknowledge, approve, useFindingChange } from "./queries.ts";
import { ReasonForm } from "./ReasonForm.tsx";

/** One finding: what is odd, what it is about, what was said of it, and what can be done. */
export function FindingDetail({ finding }: { readonly finding: KeptFindingJson }) {
  return (
    <div className="stripe-finding">
      <p>
        {finding.error} <span className="stripe-dim">{finding.next}</span>
      </p>
      <Links finding={finding} />
      <History finding={finding} />
      {finding.corrections !== undefined && finding.status !== "resolved" && <Correction finding={finding} />}
      {finding.status !== "resolved" && <Acknowledge finding={finding} />}
    </div>
  );
}

function Links({ finding }: { readonly finding: KeptFindingJson }) {
  const { object_id: object, transaction_id: transaction, balance_id: balance } = finding;
  const { identity_ids: identities = [] } = finding;
  const path = objectPath(finding);
  const books = useAskedBooks();
  const corrected = (finding.corrections ?? []).flatMap(({ transaction_id: id }) => id ?? []);
  return (
    <dl className="stripe-ids">
      {object !== undefined && (
        <Fact name="At Stripe">
          <StripeId id={object} whole />
        </Fact>
      )}
      {transaction !== undefined && (
        <Fact name="In the ledger">
          <RecordLink collection="transactions" id={transaction} label="transaction" whole />
        </Fact>
      )}
      <Records name="Corrected by" collection="transactions" label="transaction" ids={corrected} />
      <Records name="Identities" collection="identities" label="identity" ids={identities} />
      {balance !== undefined && (
        <Fact name="Its balance">
          <RecordLink collection="balances" id={balance} label="balance" whole />
        </Fact>
      )}
      <Fact name="In this app">
        {path !== undefined && (
          <>
            <PortalLink to={withBooks(path, books)}>
              {isOfPayout(finding) ? "All of this payout" : "All of this object"}
            </PortalLink>
            {" · "}
          </>
        )}
        <PortalLink to={`/runs/${finding.run_id}`}>The run that found it</PortalLink>
      </Fact>
    </dl>
  );
}

/** Records of the ledger, one a line; nothing where there is none. */
function Records(props: {
  readonly name: string;
  readonly collection: "transactions" | "identities";
  readonly label: string;
  readonly ids: readonly string[];
}) {
  const { name, collection, label, ids } = props;
  if (ids.length === 0) return null;
  return (
    <Fact name={name}>
      <span className="stripe-stack">
        {ids.map((id) => (
          <RecordLink key={id} collection={collection} id={id} label={label} whole />
        ))}
      </span>
    </Fact>
  );
}

function History({ finding }: { readonly finding: KeptFindingJson }) {
  return (
    <ul className="stripe-dim stripe-plain">
      <li>
        First seen <Moment at={finding.first_seen_at} exact />, last{" "}
        <Moment at={finding.last_seen_at} exact />
      </li>
      {finding.acknowledged_before?.map(({ at, by, reason }) => (
        <li key={`${at} ${by} ${reason}`}>
          Acknowledged before, <Moment at={at} exact />, by <MemberName id={by} />: <bdi>{reason}</bdi>
        </li>
      ))}
      {finding.acknowledged_at !== undefined && (
        <li>
          Acknowledged <Moment at={finding.acknowledged_at} exact /> by{" "}
          <MemberName id={finding.acknowledged_by} />: <bdi>{finding.reason}</bdi>
        </li>
      )}
      {finding.approved_at !== undefined && (
        <li>
          Correction approved <Moment at={finding.approved_at} exact /> by{" "}
          <MemberName id={finding.approved_by} />
        </li>
      )}
      {finding.resolved_at !== undefined && (
        <li>
          Resolved <Moment at={finding.resolved_at} exact />
        </li>
      )}
    </ul>
  );
}

function Correction({ finding }: { readonly finding: KeptFindingJson }) {
  const approval = useFindingChange(approve);
  const books = useAskedBooks();
  return (
    <div className="stripe-form">
      <ul>
        {finding.corrections?.map(({ reference, from, to, amount, held }) => (
          <li key={reference}>
            <Money minor={amount.minor} decimals={amount.decimals} currency={amount.currency} /> from “{from}”
            to “{to}”
            {held !== undefined && (
              <span className="stripe-dim">
                {" "}
                (“To be looked at” held{" "}
                <Money minor={held.minor} decimals={held.decimals} currency={held.currency} /> when this was
                proposed)
              </span>
            )}
          </li>
        ))}
      </ul>
      <PermissionButton
        needs={["data:read", "data:write"]}
        blocked={beingPosted(finding)}
        loading={approval.isPending}
        onPress={() => approval.mutate({ id: finding.id, books })}
      >
        Post this correction
      </PermissionButton>
      <NotPosted finding={finding} />
      <p className="stripe-dim">Open to {whoMay}. Who approves is kept with the posting.</p>
      {approval.error !== null && <ErrorState error={approval.error} />}
    </div>
  );
}

function beingPosted({ approved_at, correction_error }: KeptFindingJson): string | undefined {
  if (approved_at === undefined) return undefined;
  return correction_error === undefined
    ? "Approved. It is posted as soon as no sync is under way."
    : "Approved. It is tried again by itself.";
}

/** Why what was approved is not in the ledger. */
function NotPosted({ finding }: { readonly finding: KeptFindingJson }) {
  const { correction_error: failure, correction_goes_on_at: goesOnAt, approved_at } = finding;
  if (failure === undefined) return null;
  if (approved_at === undefined) return <FailedState failure={failure} />;
  return (
    <p role="status">
      Not posted yet: {failure.error} It is tried again by itself
      {goesOnAt === undefined ? (
        " now"
      ) : (
        <>
          {" "}
          at <Moment at={goesOnAt} exact />
        </>
      )}
      .
    </p>
  );
}

function Acknowledge({ finding }: { readonly finding: KeptFindingJson }) {
  const books = useAskedBooks();
  return (
    <ReasonForm
      about={finding.id}
      reason={finding.reason ?? ""}
      button={finding.status === "acknowledged" ? "Change the reason" : "Acknowledge"}
      change={(client, reason) => acknowledge(client, { id: finding.id, books, reason })}
    />
  );
}
