export interface Row {
  seed: number;
  family: string;
  dialect: string;
  right: boolean;
  /** With what confidence a change is blamed that did nothing. */
  accused: 'high' | 'medium' | 'low' | null;
  onset: number | null;
  unsupported: number;
  crashed: boolean;
  seconds: number;
  told: string;
}

const COLUMNS = ['worlds', 'right', 'accused high', 'medium', 'low', 'onset within 2 min', 'unsupported', 'no finding'];

/** A line for each fault, one for each kind of company, and the sum. */
export function tableOf(rows: readonly Row[]): string {
  const groups = [...new Set(rows.map(({ family }) => family)), ...new Set(rows.map(({ dialect }) => dialect))];
  const lines = groups.map((name) =>
    line(
      name,
      rows.filter(({ family, dialect }) => family === name || dialect === name),
    ),
  );
  return [`${''.padEnd(20)}${COLUMNS.join('  ')}`, ...lines, line('all', rows)].join('\n');
}

function line(name: string, rows: readonly Row[]): string {
  const counted = (of: (row: Row) => boolean) => rows.filter(of).length;
  const figures = [
    rows.length,
    counted(({ right }) => right),
    ...(['high', 'medium', 'low'] as const).map((confidence) => counted(({ accused }) => accused === confidence)),
    counted(({ onset }) => onset !== null && Math.abs(onset) <= 120),
    counted(({ unsupported }) => unsupported > 0),
    counted(({ crashed }) => crashed),
  ];
  return name.padEnd(20) + figures.map((figure, at) => String(figure).padStart(COLUMNS[at]?.length ?? 0)).join('  ');
}
