import { NavLink } from "react-router";
import { places } from "../places.ts";
import { useInstance } from "../session/session.ts";

const groups = [...new Set(places.map(({ group }) => group))];

/** The way to every page of the selected instance. */
export function Navigation({ onNavigate }: { readonly onNavigate: () => void }) {
  const instance = useInstance();
  return (
    <nav aria-label="Main">
      {groups.map((group) => (
        <div key={group} className="annex-nav-group">
          <p>{group}</p>
          <ul>
            {places
              .filter((place) => place.group === group)
              .map((place) => (
                <li key={place.path}>
                  <NavLink
                    to={`/i/${instance.instance_id}/${place.path}`}
                    className="annex-nav-link"
                    onClick={onNavigate}
                  >
                    <place.icon size={17} aria-hidden />
                    <span>{place.label}</span>
                  </NavLink>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
