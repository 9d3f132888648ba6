/** The protocol of ELBv2, STS and IAM: form in with `.member.N` lists, XML out inside `<OpResult>`. */
import { formValue } from './form.ts'
import type { Protocol } from './protocol.ts'
import { decodeQueryInput } from './query-decode.ts'
import { requestErrors } from './request-errors.ts'
import { encodeXmlMembers, escapeXml } from './xml.ts'

const errors = requestErrors.awsQuery

export const awsQuery: Protocol = {
  contentType: 'text/xml',
  errors,
  readsForm: true,

  actionOf: ({ form }) => formValue(form, 'Action') || undefined,

  decodeInput: (operation, { form }) =>
    decodeQueryInput(operation.input, form, { errors, flattenLists: false, ignoreUnknownParameters: true }),

  // An operation without output still has its empty result element.
  encodeResult(service, { name, output: codec }, output, requestId) {
    return (
      `<${name}Response xmlns="${service.xmlNamespace}"><${name}Result>${encodeXmlMembers(codec, output)}</${name}Result>` +
      `<ResponseMetadata><RequestId>${escapeXml(requestId)}</RequestId></ResponseMetadata></${name}Response>`
    )
  },

  encodeError(service, { code, message, status }, requestId) {
    const xmlns = service ? ` xmlns="${service.xmlNamespace}"` : ''
    return (
      `<ErrorResponse${xmlns}><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${escapeXml(code)}</Code>` +
      `<Message>${escapeXml(message)}</Message></Error><RequestId>${escapeXml(requestId)}</RequestId></ErrorResponse>`
    )
  },
}
