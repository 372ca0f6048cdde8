export { jaegerTopology } from './topology.ts';
export { jaegerTraces } from './traces.ts';
