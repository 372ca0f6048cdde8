/** Which model does what: investigates, reads findings a second time, looks at one kind of source for another. */
import type { Settings } from './settings.ts';

const ANALYST = 'vigil-analyst';
const CLAUDE = 'claude-opus-4-6';

export interface ModelChoice {
  model: string;
  /** Who reads each finding a second time. */
  graderModel: string;
  /** Of those whom the investigator may ask; null: it works alone. */
  specialistModel: string | null;
  specialistMinutes: number;
  /** Of one incident, at list prices; null: none. */
  budgetUsd: number | null;
}

/** `hasKey`: a language model can be reached. The analyst asks all there is to ask itself, so it has no specialists. */
export function modelChoice(settings: Settings, hasKey: boolean): ModelChoice {
  const model = settings.model ?? (hasKey ? CLAUDE : ANALYST);
  const isAlone = settings.specialists === 'off' || model === ANALYST;
  return {
    model,
    graderModel: settings.grader_model ?? model,
    specialistModel: isAlone ? null : (settings.specialist_model ?? model),
    specialistMinutes: settings.specialist_minutes,
    budgetUsd: model === ANALYST ? null : settings.budget_usd,
  };
}
