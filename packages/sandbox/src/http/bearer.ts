/** What follows `Bearer` in an Authorization header. The scheme may be written in any case: RFC 9110, section 11.1. */
export function bearerToken(header: string | null | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? "")?.[1];
}
