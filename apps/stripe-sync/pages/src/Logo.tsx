/** The app's own sign: money coming in and going to the ledger. Decoration; the name stands beside it. */
export function Logo() {
  return (
    <svg className="stripe-logo" width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">
      <rect width="28" height="28" rx="8" fill="#5f59dd" />
      <path
        d="M7 10.5h12.2m-3.6-3.6 3.6 3.6-3.6 3.6M21 17.5H8.8m3.6-3.6-3.6 3.6 3.6 3.6"
        fill="none"
        stroke="#fff"
        strokeWidth="2.1"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
