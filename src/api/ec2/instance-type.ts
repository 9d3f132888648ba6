import * as errors from './errors.ts'

/** What RunInstances makes when no type is named. */
const defaultInstanceType = 'm1.small'

/** The types that are listed where a list is asked for. */
export const instanceTypeNames: readonly string[] = [
  ...['c5', 'c6i', 'c7g', 'm5', 'm6i', 'm7g', 'r5', 'r6i'].flatMap((family) =>
    ['large', 'xlarge', '2xlarge'].map((size) => `${family}.${size}`),
  ),
  ...['t2', 't3', 't3a', 't4g'].flatMap((family) =>
    ['nano', 'micro', 'small', 'medium', 'large'].map((size) => `${family}.${size}`),
  ),
]

/** The name of an instance type: any that has the form of AWS's. @throws InvalidParameterValue */
export function checkedInstanceType(instanceType: string = defaultInstanceType): string {
  if (!/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(instanceType)) {
    throw errors.invalidParameterValue(`Invalid value '${instanceType}' for InstanceType.`)
  }
  return instanceType
}
