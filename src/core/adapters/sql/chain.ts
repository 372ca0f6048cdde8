/**
 * Every log is a chain: a line's hash covers the line and the hash before it, so that no line can be changed, moved, put
 * in or taken out without every hash after it changing too. Pure. `check-log.ts` reads the chains, `plan.ts` makes them.
 */
import { hash } from 'node:crypto';
import type { LogId } from '../../ids.ts';

/** The hash before the first line. */
export const NO_HEAD = '';

/** A line as the database keeps it. */
export interface ChainLine {
  session: LogId;
  seq: number;
  body: string;
  memoText: string | null;
}

/** SHA-256 in hexadecimal. None of the parts can hold a line end, so no two lines give one text. */
export function linkAfter(head: string, { session, seq, body, memoText }: ChainLine): string {
  return hash('sha256', `${head}\n${session}\n${seq}\n${body}\n${memoText ?? ''}`, 'hex');
}

/**
 * What all logs of a database are together: how many commits have been made, and the sum of the last hashes of all
 * logs, erased ones included. Whole logs cannot come or go without the sum changing.
 */
export interface Ledger {
  commits: number;
  /** 64 hexadecimal digits. */
  sum: string;
}

const MODULUS = 2n ** 256n;

export function sumOf(heads: Iterable<string>): string {
  let sum = 0n;
  for (const head of heads) sum += numberOf(head);
  return digitsOf(sum % MODULUS);
}

/** The ledger after one commit more, in which these heads took each other's place. */
export function advanced(ledger: Ledger, moves: Iterable<{ from: string; to: string }>): Ledger {
  let sum = numberOf(ledger.sum);
  for (const { from, to } of moves) sum += numberOf(to) - numberOf(from);
  return { commits: ledger.commits + 1, sum: digitsOf(((sum % MODULUS) + MODULUS) % MODULUS) };
}

function numberOf(head: string): bigint {
  return head === NO_HEAD ? 0n : BigInt(`0x${head}`);
}

function digitsOf(sum: bigint): string {
  return sum.toString(16).padStart(64, '0');
}
