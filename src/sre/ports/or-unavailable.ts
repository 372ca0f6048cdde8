import { NoAnswer } from '../../lib/no-answer.ts';
import type { Answer } from './answer.ts';

/** What `work` answers; its `NoAnswer` as an answer that says so. Whatever else it throws is thrown on. */
export async function orUnavailable<Data>(source: string, work: () => Promise<Answer<Data>>): Promise<Answer<Data>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { status: 'unavailable', source, why: error.why, detail: error.message };
  }
}
