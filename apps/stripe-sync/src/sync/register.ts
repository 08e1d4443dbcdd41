/**
 * What the app keeps: every balance transaction once, with what became of it in the ledger; which of them a run looked
 * at; customers, disputes, payouts, findings. All of it belongs to one installation, and to the books of one Stripe
 * account in one mode: with another key, another account's register begins.
 *
 * A run's objects are its list of work too: those that wait are posted, and a run that was interrupted finds the rest
 * waiting.
 */
import type { Collection, DataWriter, DocumentWriter, Entry, InstallationData } from "@annex/app";
import { type Books, booksName } from "../mapping/books.ts";
import type { Movement } from "../mapping/movement.ts";
import type {
  CurrencyTotalJson,
  FindingJson,
  KeptFindingJson,
  LegJson,
  ObjectJson,
  ObjectKind,
  ObjectState,
  PayoutJson,
} from "../portal-types.ts";

/** What became of a balance transaction. */
export type Outcome = {
  readonly state: ObjectState;
  readonly legs: readonly LegJson[];
  readonly finding?: FindingJson;
  /** Minor units by which the Stripe balance in the ledger would grow if it were there as it should be; absent for none. */
  readonly missing?: string;
  readonly customerId?: string;
  readonly identityId?: string;
};

export type StoredMovement = { readonly movement: Movement; readonly outcome: Outcome };

/** What could not be brought into the ledger, and by how much the Stripe balance there is too small without it. */
export type Unsettled = {
  readonly currency: string;
  readonly missing?: string;
  /** Nobody knows its amount exactly. */
  readonly unreadable?: boolean;
};

/** An object as a run saw it. */
export type RunObject = {
  readonly kind: ObjectKind;
  readonly state: ObjectState;
  /** Of its amount, in upper case; absent where it moves no money, and where Stripe named none. */
  readonly currency?: string;
};

/** What is known of a customer since the last time it was read. */
export type KnownCustomer = {
  /** Absent where nobody can tell which identity it is. */
  readonly identityId?: string;
  readonly fingerprint: string;
  readonly object: ObjectJson;
};

/** A dispute that took money, and whether it waited for an answer when it was last read. */
export type KnownDispute = { readonly id: string; readonly waits: boolean };

/** An alert that was asked for; without an id the answer never came. */
export type RaisedAlert = { readonly alertId?: string };

/** How far these books are. */
export type Position = {
  readonly ledgerId: string;
  /** Every balance transaction up to this time (seconds since 1970) was read by a run that has ended well. */
  readonly readThrough?: number;
  /** The table of types that what is posted was classified by. */
  readonly classification?: string;
  /** The last comparison left a difference that no finding explains: the next run looks further back. */
  readonly lookFurtherBack?: boolean;
  /** Whatever is kept is found by its ids (`objectIds`): an earlier version noted none. */
  readonly idsKnown?: boolean;
  /** The differences for which one did, or is about to, by currency. */
  readonly lookedBackFor?: Readonly<Record<string, string>>;
};

/** Both sides, as they were compared. */
export type Check = { readonly at: string; readonly currencies: readonly CurrencyTotalJson[] };

/** Which run looked at which books, for the pages. */
export type KeptRun = {
  readonly runId: string;
  readonly account: string;
  readonly mode: Books["mode"];
  /** Its objects stand in `runIndex`, and are counted by place: those of an older version's runs are not. */
  readonly places?: boolean;
};

/** A payout that was looked at without any change; whatever is heard of it ends its rest. Times in seconds since 1970. */
export type PayoutAtRest = {
  readonly created: number;
  readonly until: number;
  /** What is not in the ledger as it should be, as a key of `movements`: until then, or until this is in. */
  readonly waitsFor?: string;
};

export type SyncData = {
  /** By time and id: oldest first. */
  readonly movements: Collection<StoredMovement>;
  /** Those of them that are not in the ledger as they should be. */
  readonly unsettled: Collection<Unsettled>;
  readonly runObjects: Collection<RunObject>;
  /** The objects of a run by state, kind and currency (`indexKey`), so that few are found among many. */
  readonly runIndex: Collection<true>;
  /**
   * The objects that an id names or leads to (`idKey`): their own, their source's, their customer's, those of the
   * ledger's transactions. Written with the objects (`object-ids.ts`).
   */
  readonly objectIds: Collection<true>;
  readonly findings: Collection<KeptFindingJson>;
  /** Those that are not resolved, of all that ever were; read through `openFindings`, written with the findings. */
  readonly openFindings: Collection<OpenFinding>;
  /** Findings as a run saw them. */
  readonly runFindings: Collection<FindingJson>;
  readonly customers: Collection<KnownCustomer>;
  /** Those that nobody could tell an identity of, by id. */
  readonly doubtfulCustomers: Collection<true>;
  /** Customer by charge, since a dispute names its charge only. */
  readonly chargeCustomers: Collection<string>;
  readonly disputes: Collection<KnownDispute>;
  /** Of the tenant: whoever installs the app again must not be alerted again. */
  readonly alerts: Collection<RaisedAlert>;
  readonly payouts: Collection<PayoutJson>;
  /**
   * Payouts that are not at their end, by id: with when they were made, 0 where that is not known; or with why they
   * need not be looked at for now.
   */
  readonly payoutsToLookAt: Collection<number | PayoutAtRest>;
  /** The currencies of payouts, each by its code; read through `portal/payouts.ts`. */
  readonly payoutCurrencies: Collection<true>;
  /** Which balance transactions a payout paid out, by payout, as keys of `movements`. */
  readonly payoutContents: Collection<string>;
  readonly position: Collection<Position>;
  /** What the last comparison of both sides came to: the only one there is for books that no key reads any more. */
  readonly lastCheck: Collection<Check>;
  /**
   * Findings as one commit: a run and a member may change the same one at once, and neither word may be lost. May be
   * done again from the beginning.
   */
  changeFindings<Value>(work: (findings: FindingWriters) => Promise<Value>): Promise<Value>;
};

/** A finding that is not resolved. */
export type OpenFinding = Pick<KeptFindingJson, "status" | "code">;

/** What a change of findings reads and writes. */
export type FindingWriters = {
  readonly findings: DocumentWriter<KeptFindingJson>;
  readonly runFindings: DocumentWriter<FindingJson>;
};

/** The name of a collection of these books. */
export function nameOf(books: Books, what: string): string {
  return `${what}.${booksName(books)}`;
}

export function syncData(data: InstallationData, books: Books): SyncData {
  const name = (what: string) => nameOf(books, what);
  return {
    movements: data.collection(name("movements")),
    unsettled: data.collection(name("unsettled")),
    runObjects: data.collection(name("run-objects")),
    runIndex: data.collection(name("run-index")),
    objectIds: data.collection(name("object-ids")),
    findings: data.collection(name("findings")),
    openFindings: data.collection(name("open-findings")),
    runFindings: data.collection(name("run-findings")),
    customers: data.collection(name("customers")),
    doubtfulCustomers: data.collection(name("doubtful-customers")),
    chargeCustomers: data.collection(name("charge-customers")),
    disputes: data.collection(name("disputes")),
    alerts: data.tenant.collection(name("alerts")),
    payouts: data.collection(name("payouts")),
    payoutsToLookAt: data.collection(name("payouts-to-look-at")),
    payoutCurrencies: data.collection(name("payout-currencies")),
    payoutContents: data.collection(name("payout-contents")),
    position: data.collection(name("position")),
    lastCheck: data.collection(name("last-check")),
    changeFindings: (work) =>
      data.transaction(({ data: writer }) =>
        work({
          findings: findingsIn(writer, books),
          runFindings: writer.collection(name("run-findings")),
        }),
      ),
  };
}

/** Findings in a commit: which of them are open is written with each. */
export function findingsIn(writer: DataWriter, books: Books): DocumentWriter<KeptFindingJson> {
  const findings = writer.collection<KeptFindingJson>(nameOf(books, "findings"));
  const open = writer.collection<OpenFinding>(nameOf(books, "open-findings"));
  return {
    get: (id) => findings.get(id),
    put: (id, finding) => {
      findings.put(id, finding);
      const { status, code } = finding;
      if (status === "resolved") open.delete(id);
      else open.put(id, { status, code });
    },
    delete: (id) => {
      findings.delete(id);
      open.delete(id);
    },
  };
}

/** What each page of a run adds to. */
const keptByPages = {
  movements: "movements",
  unsettled: "unsettled",
  objectIds: "object-ids",
  chargeCustomers: "charge-customers",
  disputes: "disputes",
} as const;

/** Writes what a page keeps. Those of `SyncData` write at once. */
export type PageWriters = {
  readonly [Name in keyof typeof keptByPages]: Pick<SyncData[Name], "putMany"> & {
    delete(key: string): Promise<unknown>;
  };
};

/** Those of a step: what its page keeps is written in the step's own commit, however much it is. */
export function pageWritersIn(writer: DataWriter, books: Books): PageWriters {
  const entries = Object.entries(keptByPages).map(([name, what]) => {
    const collection = writer.collection(nameOf(books, what));
    const putMany = async (all: readonly Entry<unknown>[]) => {
      for (const { key, value } of all) collection.put(key, value);
    };
    const forget = async (key: string) => collection.delete(key);
    return [name, { putMany, delete: forget }];
  });
  return Object.fromEntries(entries) as PageWriters;
}

/** What belongs to no books: which are read now, and which runs are kept. */
export function commonData(data: InstallationData) {
  return {
    books: data.collection<Books>("books"),
    keptRuns: data.collection<KeptRun>("kept-runs"),
    /** For how many days resolved findings are kept, where a member has chosen; without `days` for ever. */
    findingRetention: data.collection<{ readonly days?: number }>("finding-retention"),
    /** The day on which those were removed last that were kept for so long. */
    findingsTidied: data.collection<string>("findings-tidied"),
  };
}

/** The key of what there is one of. */
export const onlyOne = "now";

/** The books that the last run read; undefined before the first. */
export async function currentBooks(data: InstallationData): Promise<Books | undefined> {
  return commonData(data).books.get(onlyOne);
}

export async function rememberBooks(data: InstallationData, books: Books): Promise<void> {
  await commonData(data).books.putMany([
    { key: onlyOne, value: books },
    { key: booksName(books), value: books },
  ]);
}

/** Every account and mode that was ever read here; those that are read now come first. */
export async function knownBooks(data: InstallationData): Promise<readonly Books[]> {
  const { books, keptRuns } = commonData(data);
  const current = await books.get(onlyOne);
  const remembered = (await books.list()).map(({ value }) => value);
  // An older version remembered the current ones only.
  const ofRuns = (await keptRuns.list()).map(({ value: { account, mode } }) => ({ account, mode }));
  const all = [...(current === undefined ? [] : [current]), ...remembered, ...ofRuns];
  return [...new Map(all.map((one) => [booksName(one), one])).values()];
}

export async function positionOf(data: SyncData): Promise<Position | undefined> {
  return data.position.get(onlyOne);
}

export async function keepPosition(data: SyncData, position: Position): Promise<void> {
  await data.position.put(onlyOne, position);
}

const secondsDigits = 12;

/** Sorts by time. */
export function timeKey(created: number, id: string): string {
  return `${String(created).padStart(secondsDigits, "0")}/${id}`;
}

export function keyOf({ created, id }: Pick<Movement, "created" | "id">): string {
  return timeKey(created, id);
}

export function runKey(runId: string, key: string): string {
  return `${runId}/${key}`;
}

/** State, kind and currency together: those of one place are listed, and counted, as one. */
export function placeOf({ state, kind, currency = "" }: RunObject): string {
  return `${state}/${kind}/${currency}`;
}

/** What stands at a place. */
export function objectAt(place: string): RunObject {
  const [state, kind, currency = ""] = place.split("/");
  const object = { state: state as ObjectState, kind: kind as ObjectKind };
  return currency === "" ? object : { ...object, currency };
}

/** Where an object of a run stands in the index: the keys of one place begin alike. */
export function indexKey(runId: string, object: RunObject, key: string): string {
  return `${runId}/${placeOf(object)}/${key}`;
}

export function runPrefix(runId: string): string {
  return `${runId}/`;
}

/** Whether it is in the ledger as it should be, so that nothing is left to do. */
export function isSettled(state: ObjectState): boolean {
  return state === "posted" || state === "already_posted" || state === "nothing_to_post";
}

export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
