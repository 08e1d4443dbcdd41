/** The site's own page, outside the dashboard. What members see inside it is in `portal-pages/`. */
export default function Home() {
  return (
    <main>
      <h1>__TITLE__</h1>
      <p>Open it from the dashboard of Blnk Cloud.</p>
    </main>
  );
}
