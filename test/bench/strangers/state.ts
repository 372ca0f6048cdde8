/** What every service goes through at each moment: load, seconds added, requests that fail; callers feel what they call. */
import { type Company, callersOf, type Service } from './company.ts';
import type { Fault, Strain } from './fault.ts';

export interface Course {
  load: Float64Array;
  added: Float64Array;
  failing: Float64Array;
}
export interface State {
  /** Seconds; coarse for two weeks, then the company's own step. */
  times: number[];
  of(service: string): Course;
}

const HOUR = 3600;
const FINE_HOURS = 6;
const COARSE = 1800;

export function gridUntil(now: number, step: number): number[] {
  const times: number[] = [];
  const fine = now - FINE_HOURS * HOUR;
  for (let at = now - 14 * 24 * HOUR; at < fine; at += COARSE) times.push(at);
  for (let at = fine; at <= now; at += step) times.push(at);
  return times;
}

export function season(company: Company, at: number): number {
  const day = new Date(at * 1000);
  const hour = day.getUTCHours() + day.getUTCMinutes() / 60;
  const weekend = day.getUTCDay() % 6 === 0 ? company.weekend : 1;
  return weekend * (1 + company.swing * Math.cos(((hour - company.peakHour) / 24) * 2 * Math.PI));
}

export function liveThrough(company: Company, times: number[], { strains, moves: _moves }: Fault): State {
  const courses = new Map<string, Course>();
  // Whole services only: what one pod or one route suffers is a share of it.
  const felt = (strain: Strain): number => (strain.only === undefined ? 1 : (SHARE[kindOf(strain)] ?? 1));
  const usual = times.map((at) => season(company, at));
  for (const { name } of company.services) {
    const own = strains.filter(({ service }) => service === name);
    const sum = (of: (strain: Strain, at: number) => number) =>
      Float64Array.from(times, (at) => own.reduce((total, strain) => total + of(strain, at), 0));
    courses.set(name, {
      load: Float64Array.from(
        times,
        (at, index) => (usual[index] ?? 1) * own.reduce((product, { load }) => product * (load?.(at) ?? 1), 1),
      ),
      added: sum((strain, at) => (strain.slower?.(at) ?? 0) * slowShare(strain)),
      failing: sum((strain, at) => (strain.failing?.(at) ?? 0) * felt(strain)),
    });
  }
  for (const service of calleesFirst(company)) passUp(company, service, courses);
  return {
    times,
    of(service) {
      const course = courses.get(service);
      if (course === undefined) throw new Error(`no service ${service}`);
      return course;
    },
  };
}

const SHARE: Record<string, number> = { route: 0.07, version: 0.1, tenant: 0.06, pod: 0.4 };
function kindOf({ only = {} }: Strain): string {
  return Object.keys(only)[0] ?? '';
}
/** The 99th of the whole sees a share of 5 % nearly in full, an average would not. */
function slowShare(strain: Strain): number {
  return strain.only === undefined ? 1 : 0.85;
}

function passUp(company: Company, service: Service, courses: Map<string, Course>): void {
  const own = courses.get(service.name);
  if (own === undefined) return;
  for (const caller of callersOf(company, service.name)) {
    const share = caller.deps.find(({ to }) => to === service.name)?.share ?? 0;
    const theirs = courses.get(caller.name);
    if (theirs === undefined) continue;
    for (const index of own.added.keys()) {
      theirs.added[index] = (theirs.added[index] ?? 0) + (own.added[index] ?? 0) * (0.5 + share / 2) * 0.9;
      theirs.failing[index] = Math.min(1, (theirs.failing[index] ?? 0) + (own.failing[index] ?? 0) * share * 0.8);
    }
  }
}

function calleesFirst(company: Company): Service[] {
  const order: Service[] = [];
  const visit = (service: Service) => {
    if (order.includes(service)) return;
    for (const { to } of service.deps) {
      const callee = company.services.find(({ name }) => name === to);
      if (callee !== undefined) visit(callee);
    }
    order.push(service);
  };
  for (const service of company.services) visit(service);
  return order;
}
