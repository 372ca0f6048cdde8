/** What an incident used, as the sessions of its investigation and of its second readings told it. Pure. */
import type { BetaManagedAgentsSessionUsageEvent } from '@anthropic-ai/sdk/resources/beta/sessions/sessions';
import type { Incident, Usage } from '../incident.ts';

/** List prices come in cents; a model without one has none. */
export function usageOf({ usage }: Pick<BetaManagedAgentsSessionUsageEvent, 'usage'>): Usage {
  const { input_tokens = 0, output_tokens = 0, list_cost } = usage;
  return {
    input_tokens,
    output_tokens,
    list_cost_usd: list_cost === undefined ? null : Number(list_cost.amount) / 100,
  };
}

/** Told of one session again, the newest counts and not both. */
export function withUsage(incident: Incident, session: string, used: Usage): Incident {
  const before = incident.sessions ?? (incident.sessionId === null ? {} : { [incident.sessionId]: incident.usage });
  const sessions = { ...before, [session]: used };
  const all = Object.values(sessions);
  const costs = all.flatMap(({ list_cost_usd }) => list_cost_usd ?? []);
  return {
    ...incident,
    sessions,
    usage: {
      input_tokens: sum(all.map(({ input_tokens }) => input_tokens)),
      output_tokens: sum(all.map(({ output_tokens }) => output_tokens)),
      list_cost_usd: costs.length === 0 ? null : Math.round(sum(costs) * 1e6) / 1e6,
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
