/** Numbers given on the command line; a wrong one is wrong use, not a crash later. */
import { InvalidArgumentError } from 'commander';

export function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || value > 86_400) {
    throw new InvalidArgumentError('It is a number of seconds, at most a day.');
  }
  return value;
}

export const port = whole(0, 65_535, 'It is a number from 0 to 65535; 0 takes a free port.');
export const days = whole(1, 3_650, 'It is a whole number of days, at most 3650.');
/** How many of a list. */
export const count = whole(1, 200, 'It is a whole number from 1 to 200.');
/** The number of a line. */
export const sequence = whole(0, Number.POSITIVE_INFINITY, 'It is the number of a line: 0, 1, 2 …');

function whole(least: number, most: number, wanted: string) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most) throw new InvalidArgumentError(wanted);
    return value;
  };
}
