/** Names and values side by side, in the order given; a value that is not there says so with a dash. */
export function Facts({ facts }: { readonly facts: Readonly<Record<string, React.ReactNode>> }) {
  return (
    <dl className="annex-facts">
      {Object.entries(facts).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value === null || value === undefined || value === "" ? "—" : value}</dd>
        </div>
      ))}
    </dl>
  );
}
