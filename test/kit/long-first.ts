import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that start and kill servers many times take minutes: begun last, one of them would run when all others are done. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => moduleId.includes('/test/survival/');
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
