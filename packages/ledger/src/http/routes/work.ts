/**
 * What is to be done later, for whoever looks after a ledger; no route of Core's. Nothing that was accepted is ever
 * given up: it is listed here until it is done, with the reason it waits for, and what was refused in its turn stays
 * on record.
 */

import { timestampToWire } from "../../rules/times.ts";
import { listRefusals, listWork } from "../../store/work.ts";
import { type Handler, json, type Route } from "../router.ts";

const mostListed = 1000;

const readWork: Handler = async (_request, { database }) => {
  const waiting = await listWork(database, mostListed);
  const refused = await listRefusals(database, mostListed);
  return json(200, {
    waiting: waiting.map(({ due_at, ...work }) => ({ ...work, due_at: timestampToWire(due_at) })),
    refused: refused.map(({ refused_at, ...work }) => ({ ...work, refused_at: timestampToWire(refused_at) })),
  });
};

export const workRoutes: readonly Route[] = [{ method: "GET", path: "/annex/work", handle: readWork }];
