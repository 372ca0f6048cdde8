/** Numbers given on the command line; a wrong one is wrong use, not a crash later. */
import { InvalidArgumentError } from 'commander';

export function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || value > 86_400) {
    throw new InvalidArgumentError('It is a number of seconds, at most a day.');
  }
  return value;
}

export function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) {
    throw new InvalidArgumentError('It is a number from 0 to 65535; 0 takes a free port.');
  }
  return value;
}

export function days(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 3_650) {
    throw new InvalidArgumentError('It is a whole number of days, at most 3650.');
  }
  return value;
}

/** How many of a list. */
export function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 200) {
    throw new InvalidArgumentError('It is a whole number from 1 to 200.');
  }
  return value;
}

/** The number of a line. */
export function sequence(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('It is the number of a line: 0, 1, 2 …');
  return value;
}
