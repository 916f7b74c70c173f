import { useSearchParams } from 'react-router';

/** Filters that stand in the address, so that they can be linked to and survive a reload. */
export function useFilter<Name extends string>(names: readonly Name[]) {
  const [params, setParams] = useSearchParams();
  const filter = Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as Record<Name, string>;
  const set = (changes: Partial<Record<Name, string>>) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries<string | undefined>(changes)) {
          if (value) after.set(name, value);
          else after.delete(name);
        }
        return after;
      },
      { replace: true },
    );
  return { filter, set, clear: () => setParams({}, { replace: true }), isFiltered: names.some((name) => filter[name] !== '') };
}

/** What was typed, without what was left empty. */
export function given<Name extends string>(filter: Record<Name, string>): Partial<Record<Name, string>> {
  return Object.fromEntries(Object.entries<string>(filter).flatMap(([name, value]) => (value.trim() === '' ? [] : [[name, value.trim()]]))) as Partial<Record<Name, string>>;
}
