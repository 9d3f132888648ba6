import { validationError } from './errors.ts'

/**
 * Checks the name of a load balancer or target group: at most 32 letters, digits and hyphens, none at the ends.
 *
 * @param noun  how AWS begins the sentence: `The load balancer` or `Target group`
 */
export function checkName(name: string, noun: 'The load balancer' | 'Target group'): void {
  const subject = `${noun} name '${name}'`
  if (name.length > 32) throw validationError(`${subject} cannot be longer than '32' characters`)
  if (!/^[A-Za-z0-9-]+$/.test(name)) {
    throw validationError(`${subject} can only contain characters that are alphanumeric characters or hyphens(-)`)
  }
  if (name.startsWith('-') || name.endsWith('-')) throw validationError(`${subject} cannot begin or end with '-'`)
}
