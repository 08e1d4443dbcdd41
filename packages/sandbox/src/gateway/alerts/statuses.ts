/** The built-in statuses of alerts, and the colours a status may have. Contract section 8, Alerts. */
import type { AlertStatus } from "@annex/protocol";

const builtIn = [
  { key: "FLAGGED", name: "Flagged", colour: "#EF4444" },
  { key: "INVESTIGATING", name: "Investigating", colour: "#F59E0B" },
  { key: "RESOLVED", name: "Resolved", colour: "#22C55E" },
] as const;

/** The statuses' keys, which an alert's `status` is one of. */
export const statusKeys: readonly string[] = builtIn.map(({ key }) => key);

/** Fifteen colours that can be told apart on a dark page. */
export const allowedColours = [
  "#EF4444",
  "#F97316",
  "#F59E0B",
  "#EAB308",
  "#84CC16",
  "#22C55E",
  "#10B981",
  "#14B8A6",
  "#06B6D4",
  "#0EA5E9",
  "#3B82F6",
  "#6366F1",
  "#8B5CF6",
  "#D946EF",
  "#EC4899",
] as const;

/** When the built-in statuses came to be: they are older than every organization. */
const beginning = "2026-01-01T00:00:00.000Z";

/** The statuses of an organization. */
export function alertStatuses(organizationId: string): readonly AlertStatus[] {
  return builtIn.map((status) => ({
    organization_id: organizationId,
    ...status,
    created_at: beginning,
    updated_at: beginning,
  }));
}
