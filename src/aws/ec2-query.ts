/**
 * EC2's own protocol: form in with flattened lists, XML out without a result element.
 *
 * Mind `requestId` in answers and `RequestID` in errors: clients read both.
 */
import { formValue } from './form.ts'
import type { Protocol } from './protocol.ts'
import { decodeQueryInput } from './query-decode.ts'
import { requestErrors } from './request-errors.ts'
import { encodeXmlMembers, escapeXml } from './xml.ts'

const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

const errors = requestErrors.ec2Query

export const ec2Query: Protocol = {
  contentType: 'text/xml;charset=UTF-8',
  errors,
  readsForm: true,

  actionOf: ({ form }) => formValue(form, 'Action') || undefined,

  decodeInput: (operation, { form }) =>
    decodeQueryInput(operation.input, form, { errors, flattenLists: true, ignoreUnknownParameters: false }),

  encodeResult(service, { name, output: codec }, output, requestId) {
    return (
      `${XML_DECLARATION}<${name}Response xmlns="${service.xmlNamespace}"><requestId>${escapeXml(requestId)}</requestId>` +
      `${encodeXmlMembers(codec, output)}</${name}Response>`
    )
  },

  encodeError(_service, { code, message }, requestId) {
    return (
      `${XML_DECLARATION}<Response><Errors><Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>` +
      `</Error></Errors><RequestID>${escapeXml(requestId)}</RequestID></Response>`
    )
  },
}
