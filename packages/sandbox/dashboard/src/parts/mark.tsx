/** The sign of Annex: a house and the smaller one built onto it. */
export function Mark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <title>Annex</title>
      <path d="M6 7h13v18H6z" stroke="currentColor" strokeWidth="2.6" strokeLinejoin="round" />
      <path d="M19 14h7v11h-7" stroke="var(--annex-link)" strokeWidth="2.6" strokeLinejoin="round" />
    </svg>
  );
}
