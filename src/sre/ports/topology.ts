import type { Answer } from './answer.ts';

export interface ServiceNode {
  name: string;
  dependsOn: string[];
}
export interface Topology {
  graph(signal: AbortSignal): Promise<Answer<ServiceNode[]>>;
}
