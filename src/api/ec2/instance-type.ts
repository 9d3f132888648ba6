import * as errors from './errors.ts'

/** What RunInstances makes when no type is named. */
const defaultInstanceType = 'm1.small'

/** The name of an instance type: any that has the form of AWS's. @throws InvalidParameterValue */
export function checkedInstanceType(instanceType: string = defaultInstanceType): string {
  if (!/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(instanceType)) {
    throw errors.invalidParameterValue(`Invalid value '${instanceType}' for InstanceType.`)
  }
  return instanceType
}
