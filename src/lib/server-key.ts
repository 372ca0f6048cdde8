/** The address of a server without what makes no difference: upper case, the usual port, a slash at the end. */
export function serverKey(address: string): string {
  const { protocol, host, pathname, search } = new URL(address);
  return `server ${protocol}//${host}${pathname.replace(/\/$/, '')}${search}`;
}
