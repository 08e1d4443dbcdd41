import { describe, expect, test } from "vitest";
import { ApiError, detailOf, withQuery } from "./http.ts";

test("empty and absent query parameters are left out, others encoded", () => {
  expect(withQuery("/api/audit", { category: "", actor: undefined })).toBe("/api/audit");
  expect(withQuery("/api/x", { page: 2, reference_ilike: "%a&b%" })).toBe(
    "/api/x?page=2&reference_ilike=%25a%26b%25",
  );
});

describe("a refusal", () => {
  test("keeps what the page needs: status, code, field, reference and details", () => {
    const error = new ApiError(422, {
      error: "must be a URL",
      code: "invalid_manifest",
      field: "logo_url",
      reference: "req_1",
      delivery_id: "dlv_1",
      app_status: 403,
    });
    expect(error).toMatchObject({
      status: 422,
      code: "invalid_manifest",
      field: "logo_url",
      reference: "req_1",
    });
    expect(error.message).toBe("must be a URL");
    expect([
      detailOf(error, "delivery_id"),
      detailOf(error, "app_status"),
      detailOf(error, "absent"),
    ]).toEqual(["dlv_1", "403", undefined]);
  });

  test("without a readable body still says what happened", () => {
    const error = new ApiError(502, {});
    expect(error).toMatchObject({ code: "unknown", field: undefined, reference: undefined });
    expect(error.message).toContain("502");
  });
});
