/** What a fault is made of: strain on requests, moved instruments, log lines, changes, the alert, and the truth. */
import type { Company } from './company.ts';
import type { Concept } from './dialects.ts';
import type { Draw } from './draw.ts';

/** Of a moment in seconds. */
export type Over = (at: number) => number;
export interface Strain {
  service: string;
  /** Seconds added to the 99th. */
  slower?: Over;
  /** Share of requests that fail besides the usual ones. */
  failing?: Over;
  /** Times the usual requests. */
  load?: Over;
  /** Only this pod, version, route or tenant shows it. */
  only?: { route?: string; version?: string; tenant?: string; pod?: number };
}
/** An instrument that shows something else than usual. */
export interface Move {
  service: string;
  concept: Concept;
  value: (usual: number, at: number) => number;
  only?: { pod?: number; node?: number; peer?: string };
}
export interface Told {
  service: string;
  level: 'error' | 'warn' | 'info';
  from: number;
  to?: number;
  perMinute: number;
  text: string;
  /** Frames under the message, where the language has them. */
  stack?: string[];
}
export interface Planned {
  kind: string;
  service: string | null;
  at: number;
  title: string;
  file: string;
  minus: string[];
  plus: string[];
  /** Named by the truth. */
  guilty?: boolean;
}
export interface Fault {
  onset: number[];
  strains: Strain[];
  moves: Move[];
  told: Told[];
  changes: Planned[];
  alert: {
    service: string;
    signal: 'latency' | 'errors' | 'restarts' | 'lag' | 'disk' | 'probe' | 'memory';
    from: number;
  };
  truth: { verdict: string; service: string | null; kind: string; accept: (string | null)[] };
}
export interface Scene {
  company: Company;
  draw: Draw;
  /** Seconds: when the fault begins, and the moment of the alert. */
  t0: number;
  alertAt: number;
}
export type Family = (scene: Scene) => Fault;

/** From 0 to 1 within `rise` seconds. */
export function since(t0: number, rise = 60): Over {
  return (at) => Math.min(1, Math.max(0, (at - t0) / rise));
}
export function times(over: Over, factor: number): Over {
  return (at) => over(at) * factor;
}
