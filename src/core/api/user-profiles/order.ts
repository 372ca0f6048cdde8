/** Profiles by name. Pure. */
export interface Named {
  name: string | null;
  /** In order of creation: settles what names leave open. */
  position: number;
}

/** The case of ASCII letters does not count; those without a name come last in either direction. */
export function byName(order: 'asc' | 'desc'): (a: Named, b: Named) => number {
  const sign = order === 'asc' ? 1 : -1;
  return (a, b) => {
    if (a.name === null || b.name === null) {
      return a.name === b.name ? sign * (a.position - b.position) : a.name === null ? 1 : -1;
    }
    const [left, right] = [folded(a.name), folded(b.name)];
    return sign * (left === right ? a.position - b.position : left < right ? -1 : 1);
  };
}

function folded(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
