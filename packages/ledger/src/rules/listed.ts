/** Puts a place into the list of a key; places come in their order. */
export function listed<Key>(lists: Map<Key, number[]>, key: Key, place: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [place]);
  else if (list.at(-1) !== place) list.push(place);
}
