/** Reconciliation rules: creating, replacing, deleting (contract section 15.1, Matching rules). */
import type { LedgerContext } from "../../context.ts";
import { newId } from "../../ids.ts";
import { type MatchingCriterion, matchingRuleFault } from "../../rules/matching-rules.ts";
import { formatInstant, timestampToWire, toTimestampText } from "../../rules/times.ts";
import {
  deleteMatchingRule,
  findMatchingRule,
  insertMatchingRule,
  type MatchingRuleRow,
  replaceMatchingRule,
} from "../../store/matching-rules.ts";
import { orFailure } from "../database-details.ts";
import { CoreFailure, type FailureOptions } from "../errors.ts";
import { type Answer, decodeOr400, json, type Route, type RouteRequest } from "../router.ts";
import { type Decoded, float, list, structure, text, time } from "../shapes.ts";
import type { Wire } from "../wire.ts";

const criterion = structure("MatchingCriteria", {
  field: text,
  operator: text,
  value: text,
  pattern: text,
  allowable_drift: float,
});

const ruleBody = structure("MatchingRule", {
  rule_id: text,
  created_at: time,
  updated_at: time,
  name: text,
  description: text,
  criteria: list(criterion),
});

interface Rule {
  readonly name: string;
  readonly description: string;
  readonly criteria: readonly MatchingCriterion[];
}

function ruleOf({ name, description, criteria }: Decoded<typeof ruleBody>): Rule {
  return { name, description, criteria: criteria ?? [] };
}

function checked(rule: Rule): Rule {
  const fault = matchingRuleFault(rule.name, rule.criteria);
  if (fault !== undefined) throw new CoreFailure("RECON_RULE_INVALID", fault);
  return rule;
}

function notFound(id: string, options: FailureOptions): CoreFailure {
  return new CoreFailure("RECON_RULE_NOT_FOUND", `Matching rule with ID '${id}' not found`, options);
}

function ruleToWire(
  row: Pick<MatchingRuleRow, "rule_id"> & Rule,
  createdAt: string,
  updatedAt: string,
): Wire {
  return {
    rule_id: row.rule_id,
    created_at: createdAt,
    updated_at: updatedAt,
    name: row.name,
    description: row.description,
    criteria: row.criteria,
  };
}

async function create(request: RouteRequest, context: LedgerContext): Promise<Answer> {
  const rule = checked(ruleOf(await decodeOr400(request, ruleBody)));
  const now = context.now();
  const row = {
    ...rule,
    rule_id: newId("rule"),
    created_at: toTimestampText(now),
    updated_at: toTimestampText(now),
  };
  await orFailure("Failed to record matching rule", insertMatchingRule(context.changes, row));
  return json(201, ruleToWire(row, formatInstant(now), formatInstant(now)));
}

async function replace(request: RouteRequest, context: LedgerContext): Promise<Answer> {
  const id = request.parameters["id"] ?? "";
  const sent = ruleOf(await decodeOr400(request, ruleBody));
  const stored = await orFailure("Failed to retrieve matching rule", findMatchingRule(context.database, id));
  if (stored === undefined) throw notFound(id, { details: {} });
  const rule = checked(sent);
  await orFailure("Failed to update matching rule", replaceMatchingRule(context.changes, id, rule));
  const updatedAt = formatInstant(context.now());
  return json(200, ruleToWire({ ...rule, rule_id: id }, timestampToWire(stored.created_at), updatedAt));
}

async function remove(request: RouteRequest, context: LedgerContext): Promise<Answer> {
  const id = request.parameters["id"] ?? "";
  const deleted = await orFailure("Failed to delete matching rule", deleteMatchingRule(context.changes, id));
  if (!deleted) throw notFound(id, {});
  return json(200, { message: "Matching rule deleted successfully" });
}

export const matchingRuleRoutes: readonly Route[] = [
  { method: "POST", path: "/reconciliation/matching-rules", handle: create },
  { method: "PUT", path: "/reconciliation/matching-rules/:id", handle: replace },
  { method: "DELETE", path: "/reconciliation/matching-rules/:id", handle: remove },
];
