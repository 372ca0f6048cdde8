/** A claim's text while it is being read: what one check has understood is blanked for the next. */
export class Remainder {
  #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  get text(): string {
    return this.#text;
  }
  /** Every match, blanked out in place so that positions stay. */
  take(pattern: RegExp): RegExpExecArray[] {
    const matches = [...this.#text.matchAll(pattern)];
    this.#text = this.#text.replace(pattern, (all: string) => ' '.repeat(all.length));
    return matches;
  }
}
