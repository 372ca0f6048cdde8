import { type RequirementId, requirements } from './requirements.ts';

/**
 * First line of a wire test: the requirements it shows. Citing what is only planned fails the test, so that the table
 * moves with the code.
 */
export function verifies(...ids: [RequirementId, ...RequirementId[]]): void {
  for (const id of ids) {
    const row = requirements.find((requirement) => requirement.id === id);
    if (row === undefined) throw new Error(`there is no requirement ${id}`);
    if (row.status === 'planned') throw new Error(`${id} is only planned: change its row in requirements.ts first`);
  }
}
