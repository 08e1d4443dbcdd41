/**
 * Names and values side by side, in the order given. A value that is empty says so with a dash;
 * one that is `undefined` does not apply, and neither is shown.
 */
export function Facts({ facts }: { readonly facts: Readonly<Record<string, React.ReactNode>> }) {
  const applying = Object.entries(facts).filter(([, value]) => value !== undefined);
  return (
    <dl className="annex-facts">
      {applying.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value === null || value === "" ? "—" : value}</dd>
        </div>
      ))}
    </dl>
  );
}
