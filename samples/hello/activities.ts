/**
 * Activities are ordinary functions: they may call a service, read a file, use the clock. When one
 * fails it is tried again, by default until it succeeds.
 */
export async function composeGreeting(name: string): Promise<string> {
  return `Hello, ${name}!`;
}
