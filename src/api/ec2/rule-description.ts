import * as errors from './errors.ts'

/** The description of a rule or of a prefix list's entry. @throws InvalidParameterValue */
export function checkedDescription(text: string): string {
  if (text.length > 255 || !/^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]*$/.test(text)) {
    throw errors.invalidParameterValue(
      'Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*',
    )
  }
  return text
}
