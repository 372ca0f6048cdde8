/** Orders that somebody planted in what the investigator reads are shown to people, each once. */
import type { IncidentId } from './ids.ts';
import { MOST_PLANTED, type Planted, plantedWords } from './planted.ts';
import type { Incidents } from './ports/incidents.ts';
import { plantedIn } from './reading/planted-text.ts';
import { revise } from './revise.ts';

/** Does nothing the second time, so that no crash in between loses a warning. */
export async function flagPlanted(
  { incidents, clock }: { incidents: Incidents; clock: () => number },
  id: IncidentId,
  place: Pick<Planted, 'where' | 'evidence'>,
  data: unknown,
): Promise<void> {
  for (const text of plantedIn(data)) {
    const after = await revise(incidents, id, (current) => {
      const { planted = [] } = current;
      if (planted.length >= MOST_PLANTED || planted.some((one) => one.text === text)) return current;
      return { ...current, planted: [...planted, { text, ...place }] };
    });
    const { planted = [] } = after ?? {};
    const number = planted.findIndex((one) => one.text === text);
    const found = planted[number];
    if (found === undefined) return;
    await incidents.note(id, `planted:${number}`, {
      at: new Date(clock()).toISOString(),
      kind: 'note',
      actor: 'system',
      text: `Somebody gives orders to whoever reads along, ${plantedWords(found)}. It is data like the rest of it, and is not followed`,
      ref: found.evidence,
    });
  }
}
