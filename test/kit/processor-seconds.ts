/** Seconds of processor that this process has used so far: unlike the clock's, they do not grow with what else the machine does. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
