/** Where an investigation looks: one port for each kind of source, and the moment it looks from. */
import type { Changes } from './ports/changes.ts';
import type { Forge } from './ports/forge.ts';
import type { AlertHistory, IncidentHistory } from './ports/history.ts';
import type { Logs } from './ports/logs.ts';
import type { Metrics } from './ports/metrics.ts';
import type { Topology } from './ports/topology.ts';
import type { Traces } from './ports/traces.ts';

export interface Sources {
  /** Real time, or the recorded moment of a world. */
  now(): Date;
  metrics: Metrics;
  logs: Logs;
  changes: Changes;
  topology: Topology;
  traces: Traces;
  pastAlerts: AlertHistory;
  pastIncidents: IncidentHistory;
  forge: Forge;
}
